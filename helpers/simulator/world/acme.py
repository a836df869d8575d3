"""
Acme: a small company that has rented numbers for years, and needs about half of them.

Every kind of number that an operator may meet is in here once: idle, busy, texts only,
silent but printed on every parcel, with an emergency address, on a trunk, in a
messaging service, bought yesterday, toll-free, foreign, hosted.
"""

from helpers.simulator.world.story import DEMO, StoryNumber, Stretch

VOICE = "https://voice.acme.example"

#: Account -> its status; the main account first.
ACCOUNTS = (
    ("Acme", "active"),
    ("Acme Support", "active"),
    ("Acme Shops", "active"),
    ("Acme Berlin", "active"),
    ("Acme Marketing", "active"),
    ("Acme Alerts", "active"),
    ("Acme Logistics", "active"),
    ("Acme Test Lab", "suspended"),
    ("Acme Trade Fair", "closed"),
)


def _answers(name: str, **more: object) -> dict[str, object]:
    """Make the fields of a number that Acme's own server answers."""
    return {
        "voice_url": f"{VOICE}/{name}",
        "voice_fallback_url": f"{VOICE}/closed",
        "sms_url": f"{VOICE}/{name}/text",
        "status_callback": f"{VOICE}/status",
        **more,
    }


def _ambulance(place: str) -> dict[str, object]:
    """Register an emergency address."""
    return {
        "emergency_address_sid": f"AD {place}",
        "emergency_address_status": "registered",
        "emergency_status": "Active",
    }


STORY_NUMBERS: dict[str, tuple[StoryNumber, ...]] = {
    "Acme": (
        StoryNumber(
            "+12125550100",
            "Head office",
            1460,
            _answers("office", **_ambulance("Head office")),
            calls=(Stretch(45, 80, 0.3),),
        ),
        StoryNumber(
            "+12125550101", "Head office fax", 1460, {"voice_receive_mode": "fax"}, calls=(Stretch(4, 900, 610),)
        ),
        StoryNumber("+18005550100", "Order line, toll-free", 1400, _answers("orders"), calls=(Stretch(70, 60, 0.1),)),
        StoryNumber(
            "+18335550101", "Old order line, toll-free", 1400, _answers("orders"), calls=(Stretch(6, 700, 420),)
        ),
        StoryNumber("+12125550102", "PBX main trunk", 1200, {"trunk_sid": "TK PBX"}, calls=(Stretch(60, 45, 0.2),)),
        StoryNumber("+12125550103", "PBX overflow trunk", 1200, {"trunk_sid": "TK PBX"}),
        StoryNumber("+12125550104", "Board room", 1100, _answers("rooms")),
        StoryNumber("+12125550105", None, 1, DEMO),
    ),
    "Acme Support": (
        StoryNumber("+14155550110", "Hotline", 1300, _answers("hotline"), calls=(Stretch(160, 30, 0.05),)),
        StoryNumber("+14155550111", "Hotline, second level", 1300, _answers("second"), calls=(Stretch(40, 60, 1.5),)),
        StoryNumber("+14155550112", "Old hotline", 1300, _answers("hotline-2022"), calls=(Stretch(9, 800, 395),)),
        StoryNumber(
            "+14155550113",
            "Support by text",
            700,
            _answers("texts", sms_fallback_url=f"{VOICE}/closed/text"),
            texts=(Stretch(60, 40, 0.2),),
        ),
        StoryNumber(
            "+14155550114",
            "Support on WhatsApp",
            500,
            _answers("whatsapp"),
            texts=(Stretch(40, 50, 0.4),),
            whatsapp=True,
        ),
        StoryNumber(
            "+14155550115",
            "Voicemail night shift",
            900,
            {"voice_application_sid": "AP Night shift voicemail"},
            calls=(Stretch(5, 200, 95),),
        ),
        StoryNumber(
            "+14155550116",
            "Callback robot",
            600,
            {"voice_application_sid": "AP Callback robot"},
            calls=(Stretch(20, 90, 4),),
            forwards_to="+14165550178",
        ),
        StoryNumber("+14155550117", "Escalation pager", 450, _answers("pager"), calls=(Stretch(1, 70, 70),)),
        StoryNumber("+14155550118", "Training room", 820, DEMO),
        StoryNumber(
            "+14155550119",
            "Chat pilot 2023",
            760,
            {"sms_application_sid": "AP Chat pilot"},
            texts=(Stretch(8, 600, 380),),
        ),
    ),
    "Acme Shops": (
        StoryNumber("+13125550120", "Shop Chicago Loop", 1000, _answers("shops/1"), calls=(Stretch(30, 60, 0.6),)),
        StoryNumber("+13125550121", "Shop Chicago O'Hare", 1000, _answers("shops/2"), calls=(Stretch(12, 60, 2),)),
        StoryNumber("+16175550122", "Shop Boston", 980, _answers("shops/3"), calls=(Stretch(14, 60, 1),)),
        StoryNumber(
            "+16175550123", "Shop Boston (closed 2024)", 980, _answers("shops/4"), calls=(Stretch(7, 700, 310),)
        ),
        StoryNumber("+17135550124", "Shop Houston", 950, _answers("shops/5"), calls=(Stretch(10, 60, 3),)),
        StoryNumber("+17135550125", "Shop Houston, pharmacy", 950, _answers("shops/5b", **_ambulance("Shop Houston"))),
        StoryNumber("+12065550126", "Shop Seattle", 930, _answers("shops/6"), calls=(Stretch(11, 60, 5),)),
        StoryNumber("+12065550127", "Shop Seattle (closed 2023)", 930, _answers("shops/7")),
        StoryNumber("+13035550128", "Shop Denver", 900, _answers("shops/8"), calls=(Stretch(8, 60, 8),)),
        StoryNumber("+13055550129", "Shop Miami", 900, _answers("shops/9"), calls=(Stretch(2, 60, 29),)),
        StoryNumber("+13055550130", "Shop Miami pop-up", 300, DEMO),
        StoryNumber("+14045550131", "Shop Atlanta, printed on receipts", 890, _answers("shops/10")),
        StoryNumber("+442079460132", "Shop London", 640, _answers("shops/11"), calls=(Stretch(9, 60, 2.5),)),
        StoryNumber("+442079460133", "Shop London (never opened)", 640, DEMO),
        StoryNumber("+61255500134", "Shop Sydney", 400, _answers("shops/12"), calls=(Stretch(4, 60, 12),)),
    ),
    "Acme Berlin": (
        StoryNumber(
            "+493023125140",
            "Büro Berlin",
            820,
            _answers("berlin", bundle_sid="BU Germany", identity_sid="RI Acme GmbH"),
            calls=(Stretch(25, 60, 0.7),),
        ),
        StoryNumber(
            "+493023125141",
            "Büro Berlin, Zentrale alt",
            820,
            _answers("berlin-alt", bundle_sid="BU Germany"),
        ),
        StoryNumber(
            "+493023125142",
            "Gehostet von der alten Telefonanlage",
            700,
            _answers("berlin-hosted", bundle_sid="BU Germany", origin="hosted"),
            calls=(Stretch(6, 90, 9),),
        ),
        StoryNumber("+493023125143", "Projekt Umzug", 500, {"bundle_sid": "BU Germany", **DEMO}),
    ),
    "Acme Marketing": (
        StoryNumber("+19175550150", "Radio campaign spring", 640, _answers("radio"), calls=(Stretch(12, 600, 520),)),
        StoryNumber("+19175550151", "Radio campaign autumn", 420, _answers("radio"), calls=(Stretch(15, 400, 330),)),
        StoryNumber("+19175550152", "TV spot A", 390, _answers("tv"), calls=(Stretch(18, 380, 290),)),
        StoryNumber("+19175550153", "TV spot B", 390, _answers("tv"), calls=(Stretch(3, 380, 350),)),
        StoryNumber("+19175550154", "Billboard Times Square", 380, _answers("billboard"), calls=(Stretch(5, 300, 62),)),
        StoryNumber("+19175550155", "Newsletter footer", 380, _answers("newsletter"), calls=(Stretch(3, 60, 20),)),
        StoryNumber("+19175550156", "Landing page test 1", 350, DEMO),
        StoryNumber("+19175550157", "Landing page test 2", 350, DEMO),
        StoryNumber("+19175550158", "Landing page test 3", 350, DEMO),
        StoryNumber("+18445550159", "Raffle, toll-free", 330, _answers("raffle"), calls=(Stretch(10, 320, 260),)),
        StoryNumber(
            "+19175550160", "Influencer campaign", 200, {"sms_url": f"{VOICE}/raffle"}, texts=(Stretch(20, 190, 120),)
        ),
        StoryNumber("+19175550161", None, 199, DEMO),
    ),
    "Acme Alerts": (
        StoryNumber(
            "+16465550170",
            "Delivery alerts 1",
            560,
            texts=(Stretch(60, 30, 0.1),),
            service="MG Delivery alerts",
            waiting=("accepted", "scheduled"),
        ),
        StoryNumber(
            "+16465550171", "Delivery alerts 2", 560, texts=(Stretch(40, 30, 0.3),), service="MG Delivery alerts"
        ),
        StoryNumber("+16465550172", "Delivery alerts 3 (spare)", 560),
        StoryNumber(
            "+16465550173",
            "One-time codes",
            540,
            {"sms_application_sid": "AP One-time codes"},
            texts=(Stretch(50, 20, 0.1),),
        ),
        StoryNumber(
            "+16465550174",
            "One-time codes, old",
            880,
            {"sms_application_sid": "AP One-time codes"},
            texts=(Stretch(10, 850, 560),),
        ),
        StoryNumber("+16465550175", "Server room alarm", 880, _answers("alarm"), calls=(Stretch(2, 500, 205),)),
    ),
    "Acme Test Lab": (
        StoryNumber("+15105550180", "Load test 1", 730, DEMO, calls=(Stretch(12, 400, 140),)),
        StoryNumber("+18005550181", "Load test 2, toll-free", 730, DEMO, calls=(Stretch(12, 400, 140),)),
        StoryNumber("+15105550182", "Load test 3", 730, DEMO),
        StoryNumber("+18885550183", "Customer demo, toll-free", 610, _answers("demo"), calls=(Stretch(4, 300, 155),)),
    ),
}

#: Account -> the days for which it keeps its messages; the others keep them.
RETENTION = {"Acme Alerts": 7}

#: Names that attack the page, file or terminal that shows them, or that are hard to show.
HOSTILE_ACCOUNT = "<img src=x onerror=alert(1)>"
HOSTILE_NUMBERS = tuple(
    StoryNumber(f"+150555501{number:02d}", name, 300 - number)
    for number, name in enumerate(
        (
            "<script>alert('a number')</script>",
            '=HYPERLINK("https://evil.example","Click")',
            "+1+1|calc",
            "@SUM(1+1)*cmd",
            "Café ☎️ 📞 für Zürich",
            "مكتب الدعم \u202e نمبر",
            "a" * 64,
            "**bold** `code` $x^2$ [link](javascript:alert(1))",
            "tab\there, and a\nnew line",
            "",
        )
    )
)

#: The numbers that Twilio has for sale in this world.
SHELF = (
    *(f"+1212555019{last}" for last in range(6)),
    *(f"+1415555019{last}" for last in range(4)),
    "+18005550199",
    "+442079460199",
    "+493023125199",
)
