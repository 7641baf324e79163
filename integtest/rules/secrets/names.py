"""What a name (of a header, key, field, cookie, element) says about its value.

A name is compared by its words: `clientSecret`, `client-secret` and `CLIENT_SECRET` are one name.
"""

from __future__ import annotations

import re
from functools import lru_cache

Kind = str
"""What a value is: "token", "password", "email", …"""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_WORD = re.compile(r"[^a-z0-9]+")


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PASSWORD = _listed("password passwd passphrase pwd passcode pass userpassword pin otp totp mfa_code otp_code")
_TOKEN = _listed("""
    token secret apikey api_key app_key application_key access_key access_key_id secret_key private_key signing_key
    encryption_key account_key auth_key shared_key subscription_key functions_key master_key license_key webhook_key
    credential credentials bearer authorization authentication jwt assertion client_assertion saml_response
    samlresponse session session_id sessionid sid jsessionid phpsessid cookie csrf xsrf csrftoken xsrftoken
    csrfmiddlewaretoken authenticity_token signature sig hmac code_verifier device_code user_code auth_code
    authorization_code oauth_verifier oauth_nonce security_token sas connection_string dsn recovery_code backup_code
    verification_code one_time_code secret_access_key authtoken accesstoken refreshtoken idtoken sessiontoken
    clientsecret privatekey secretkey accesskey x_auth logon_token
""")
_BY_SUFFIX: dict[str, Kind] = dict.fromkeys(_TOKEN, "token") | dict.fromkeys(_PASSWORD, "password")
_LONGEST = max(name.count("_") + 1 for name in _BY_SUFFIX)

_HARMLESS = _listed("""
    next_token page_token next_page_token continuation_token sync_token cursor_token no_pass first_pass
    max_token new_token is_token has_token use_token hide_pass
""")
_WHOLE_ONLY = _listed("pass session sig authentication sid code cookie")
"""Names that mean a secret when they stand alone; as a last word they mean too many things."""


@lru_cache(maxsize=65536)
def words(name: str) -> str:
    """The words of a name in lower case, joined by "_"; text beyond 200 characters is not read."""
    return _NOT_WORD.sub("_", _CAMEL.sub("_", name[:200]).lower()).strip("_")


@lru_cache(maxsize=65536)
def kind_of(name: str) -> Kind | None:
    """The kind of secret that stands under this name, or None."""
    plain = words(name)
    if plain in _HARMLESS:
        return None
    parts = plain.split("_")
    for size in range(min(_LONGEST, len(parts)), 0, -1):
        tail = "_".join(parts[-size:])
        if tail in _BY_SUFFIX and (size == len(parts) or tail not in _WHOLE_ONLY):
            return _BY_SUFFIX[tail]
    return None
