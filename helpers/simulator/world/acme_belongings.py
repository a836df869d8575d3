"""
What Acme's numbers are part of.

Some of it is in use, and some of it belongs to numbers that nobody has called for
years and that were costly to register: what is lost with a number is not only its calls.
"""

from helpers.simulator.world.belongings import Told

VOICE = "https://voice.acme.example"


def _office(name: str, age: float, **fields: object) -> Told:
    return Told("address", name, age, fields={"customer_name": "Acme, Inc.", **fields})


_NEW_YORK = {"street": "100 Example Avenue", "city": "New York", "region": "NY", "postal_code": "10001"}
_HOUSTON = {"street": "125 Sample Street", "city": "Houston", "region": "TX", "postal_code": "77002"}
_LONDON = {"street": "132 Specimen Road", "city": "London", "region": "", "postal_code": "SW1A 1AA"}
_BERLIN = {"street": "Musterstraße 140", "city": "Berlin", "region": "", "postal_code": "10115"}

#: Account -> what it has.
BELONGINGS: dict[str, tuple[Told, ...]] = {
    "Acme": (
        Told("trunk", "PBX", 1200),
        Told("customer profile", "Acme, Inc.", 1300, ("+12125550100", "+12125550104", "+18005550100")),
        Told("trust product", "SHAKEN/STIR", 1200, ("+12125550100", "+12125550104")),
        Told("toll-free verification", "Order line", 600, ("+18005550100",), {"status": "TWILIO_APPROVED"}),
        Told("caller id", "Front desk, landline", 900, fields={"phone_number": "+14165550177"}),
        # Nobody said with which number an emergency call is to be made from there.
        Told("SIP domain", "Warehouse phones", 300),
        _office("Head office", 1450, **_NEW_YORK, iso_country="US", emergency_enabled=True),
    ),
    "Acme Support": (
        Told("application", "Night shift voicemail", 900, fields={"voice_url": f"{VOICE}/voicemail"}),
        Told("application", "Callback robot", 600, fields={"voice_url": f"{VOICE}/callback"}),
        Told("application", "Chat pilot", 760, fields={"sms_url": f"{VOICE}/chat"}),
        Told("conversation address", "Support by text", 690, ("+14155550113",), {"type": "sms"}),
        Told("conversation address", "Support on WhatsApp", 490, ("+14155550114",), {"type": "whatsapp"}),
        Told("conversation address", "Chat pilot", 750, ("+14155550119",), {"type": "sms"}),
        Told("WhatsApp sender", "Acme Support", 495, ("+14155550114",)),
        # Shown by the company's mobiles when they call: of use, and in no log.
        Told("caller id", "Training room", 700, fields={"phone_number": "+14155550118"}),
    ),
    "Acme Shops": (
        _office("Office", 940, **_LONDON, iso_country="GB"),
        _office("Shop Houston", 940, **_HOUSTON, iso_country="US", emergency_enabled=True),
        Told("route", "Shop London", 600, ("+442079460132",), {"voice_region": "ie1"}),
        Told("trust product", "Caller name", 800, ("+13125550120", "+14045550131")),
        # Never called, and the number that an ambulance would call back: it is to be silent.
        Told("SIP domain", "Counter phones", 900, ("+17135550125",)),
        # The shop never opened; customers can write to it all the same.
        Told("WhatsApp sender", "Acme London", 600, ("+442079460133",)),
    ),
    "Acme Berlin": (_office("Office", 820, **_BERLIN, iso_country="DE"),),
    "Acme Marketing": (
        Told("messaging service", "Raffles", 320, ("+18445550159", "+19175550160"), {"usecase": "marketing"}),
        Told("toll-free verification", "Raffle", 310, ("+18445550159",), {"status": "TWILIO_APPROVED"}),
        # Its number has no name and nothing configured: kept for the next influencer, as only Proxy knows.
        Told("Proxy service", "Influencer hotline", 195, ("+19175550161",), {"is_reserved": True}),
    ),
    "Acme Alerts": (
        Told(
            "messaging service",
            "Delivery alerts",
            560,
            ("+16465550170", "+16465550171", "+16465550172"),
            {
                "usecase": "notifications",
                "campaign": {
                    "description": "Tells customers when their parcel will be there.",
                    "message_samples": ["Acme: your parcel comes today between 2 and 4 pm. Reply STOP to opt out."],
                    "us_app_to_person_usecase": "DELIVERY_NOTIFICATION",
                    "campaign_status": "VERIFIED",
                },
            },
        ),
        Told("application", "One-time codes", 880, fields={"sms_url": f"{VOICE}/codes"}),
    ),
}
