"""
SIP domains: names under which an account's telephones reach Twilio.

https://www.twilio.com/docs/voice/sip/api/sip-domain-resource
"""

from typing import Any

from helpers.simulator.resources.access import admit
from helpers.simulator.resources.exchange import ApiRequest, ApiResponse
from helpers.simulator.resources.lists import answer_list
from helpers.simulator.world.belongings import Belonging
from helpers.simulator.world.records import VERSION, rfc2822
from helpers.simulator.world.world import World


def list_domains(world: World, request: ApiRequest, account_sid: str) -> ApiResponse:
    """List an account's SIP domains; a domain whose emergency number was released has none."""
    admit(world, request.caller, account_sid, request.path)
    domains = world.belongings(account_sid, "SIP domain")
    return answer_list(world, request, "domains", enumerate(_domain(world, domain) for domain in domains))


def _domain(world: World, domain: Belonging) -> dict[str, Any]:
    uri = f"{VERSION}/Accounts/{domain.account_sid}/SIP/Domains/{domain.sid}"
    caller = next((number.sid for number in world.members(domain)), None)
    return {
        "account_sid": domain.account_sid,
        "api_version": "2010-04-01",
        "auth_type": "CREDENTIAL_LIST",
        "date_created": rfc2822(domain.created),
        "date_updated": rfc2822(domain.created),
        "domain_name": f"acme-{domain.name.lower().replace(' ', '-')}.sip.twilio.com",
        "friendly_name": domain.name,
        "sid": domain.sid,
        "uri": f"{uri}.json",
        "voice_fallback_method": "POST",
        "voice_fallback_url": None,
        "voice_method": "POST",
        "voice_status_callback_method": "POST",
        "voice_status_callback_url": None,
        "voice_url": "https://voice.acme.example/sip",
        "subresource_uris": {
            "ip_access_control_list_mappings": f"{uri}/IpAccessControlListMappings.json",
            "credential_list_mappings": f"{uri}/CredentialListMappings.json",
        },
        "sip_registration": True,
        "emergency_calling_enabled": caller is not None,
        "secure": False,
        "byoc_trunk_sid": None,
        "emergency_caller_sid": caller,
    }
