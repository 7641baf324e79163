"""Tokens known by their shape, as their issuers document it.

Every pattern is linear: it starts at a boundary, and repeats one class of characters without an alternative.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple


class Detector(NamedTuple):
    """Finds one kind in text. `hints` are texts of which one must be there; the group `s`, where the pattern
    has it, is the secret; `check` refuses what only looks like it; `near_digits` keeps it to where digits are."""

    kind: str
    pattern: re.Pattern[str]
    hints: tuple[str, ...] = ()
    check: Callable[[str], bool] | None = None
    near_digits: bool = False


_TABLE = r"""
aws-access-key-id      AKIA|ASIA|ABIA|ACCA    [A-Z0-9]{16}(?![A-Za-z0-9])
github-token           ghp_|gho_|ghu_|ghs_|ghr_  [A-Za-z0-9]{36,251}
github-token           github_pat_            \w{22,255}
gitlab-token           glpat-|gldt-|glrt-|glptt-|glcbt-|glsoat-|glft-|glimt-|glagent-  [\w.-]{20,300}
slack-token            xoxa-|xoxb-|xoxc-|xoxd-|xoxe-|xoxo-|xoxp-|xoxr-|xoxs-|xapp-  [\w.-]{10,300}
stripe-key             sk_live_|sk_test_|rk_live_|rk_test_|pk_live_|pk_test_|whsec_  [A-Za-z0-9+/=]{10,255}
anthropic-key          sk-ant-api03-|sk-ant-admin01-|sk-ant-oat01-|sk-ant-ort01-|sk-ant-  [\w-]{20,255}
openai-key             sk-proj-|sk-svcacct-|sk-admin-|sk-None-|sk-or-v1-|sk-lf-|sk-  [\w-]{20,255}
google-api-key         AIza                   [\w-]{35}(?![\w-])
google-client-secret   GOCSPX-                [\w-]{20,64}
google-token           ya29.                  [\w.-]{20,2048}
google-token           1//0                   [\w-]{30,255}
npm-token              npm_                   [A-Za-z0-9]{36}(?![A-Za-z0-9])
pypi-token             pypi-Ag                [\w-]{50,1024}
sendgrid-key           SG.                    [\w-]{16,32}\.[\w-]{32,64}
twilio-key             SK                     (?:[0-9a-f]{32})(?![A-Za-z0-9])
mailgun-key            key-                   [0-9a-f]{32}(?![A-Za-z0-9])
hugging-face-token     hf_|api_org_           [A-Za-z0-9]{30,64}
groq-key               gsk_                   [A-Za-z0-9]{40,64}
xai-key                xai-                   [A-Za-z0-9]{60,100}
perplexity-key         pplx-                  [A-Za-z0-9]{40,64}
replicate-token        r8_                    [A-Za-z0-9]{30,64}
pinecone-key           pcsk_                  \w{40,100}
langsmith-key          lsv2_pt_|lsv2_sk_      \w{32,80}
databricks-token       dapi                   [0-9a-f]{32}(?:-\d)?(?![A-Za-z0-9])
digitalocean-token     dop_v1_|doo_v1_|dor_v1_  [0-9a-f]{64}
shopify-token          shpat_|shpca_|shppa_|shpss_  [0-9a-fA-F]{32}
square-token           sq0atp-|sq0csp-|EAAAE  [\w-]{22,64}
atlassian-token        ATATT3|ATCTT3|ATBB     [\w=-]{20,400}
linear-key             lin_api_               [A-Za-z0-9]{32,64}
notion-token           ntn_                   [A-Za-z0-9]{40,64}
figma-token            figd_                  [\w-]{30,64}
airtable-token         pat                    [A-Za-z0-9]{14}\.[0-9a-f]{64}
vault-token            hvs.|hvb.|hvr.         [\w-]{24,300}
terraform-token        atlasv1.               [\w-]{60,80}
doppler-token          dp.pt.|dp.st.|dp.ct.|dp.sa.  [\w.-]{40,64}
grafana-token          glsa_                  [A-Za-z0-9]{32}_[0-9a-fA-F]{8}
grafana-token          glc_                   [\w+/=]{32,400}
new-relic-key          NRAK-|NRJS-|NRAA-      [A-Za-z0-9]{19,40}
sentry-token           sntrys_|sntryu_        [\w+/=.-]{40,400}
postman-key            PMAK-                  [0-9a-f]{24}-[0-9a-f]{34}
rubygems-key           rubygems_              [0-9a-f]{48}
docker-token           dckr_pat_|dckr_oat_    [\w-]{27,64}
dropbox-token          sl.                    [\w-]{120,1024}
planetscale-token      pscale_tkn_|pscale_pw_  [\w.-]{32,64}
heroku-key             HRKU-                  [\w-]{36,70}
supabase-key           sbp_|sb_secret_        [\w-]{28,64}
asana-token            pat_asana_             \w{20,64}
facebook-token         EAACEdEose0cBA|EAAB    [A-Za-z0-9]{60,300}
twitter-token          AAAAAAAAAAAAAAAAAAAAA  [\w%]{30,200}
age-key                AGE-SECRET-KEY-1       [A-Z0-9]{58}
artifactory-token      AKCp                   [A-Za-z0-9]{20,100}
telegram-token         :AA|:Fa                (?<=\d:..)[\w-]{33}(?![\w-])
"""

_START = r"(?<![A-Za-z0-9])"


def _read(line: str) -> Detector:
    kind, starts, rest = line.split(None, 2)
    hints = tuple(starts.split("|"))
    head = "|".join(map(re.escape, sorted(hints, key=len, reverse=True)))
    boundary = r"(?<!\d)\d{8,10}" if kind == "telegram-token" else _START
    return Detector(kind, re.compile(f"{boundary}(?:{head}){rest}"), hints)


_IDENTIFIED = ("IDENTIFIED BY", "identified by", "Identified By")
_SLACK_HOOK = r"hooks\.slack\.com/(?:services|workflows|triggers)/(?P<s>[\w/-]{20,200})"
_DISCORD_HOOK = r"discord(?:app)?\.com/api/(?:v\d+/)?webhooks/\d{1,25}/(?P<s>[\w-]{30,120})"
_PEM = (
    r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----"
    r"(?P<s>(?:[A-Za-z0-9+/=\s\\:,.()]|-(?!----))++)"
)

_TABLED = len(_TABLE.strip().splitlines())
VENDORS: tuple[Detector, ...] = (
    *(_read(line) for line in _TABLE.strip().splitlines()),
    Detector("slack-webhook", re.compile(_SLACK_HOOK), ("hooks.slack.com",)),
    Detector("discord-webhook", re.compile(_DISCORD_HOOK), ("/webhooks/",)),
    Detector("discord-token", re.compile(_START + r"[MNOF][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,40}(?![\w-])")),
    Detector("mailchimp-key", re.compile(_START + r"[0-9a-f]{32}-us\d{1,2}(?![A-Za-z0-9])"), ("-us",)),
    Detector("azure-client-secret", re.compile(_START + r"(?:[\w.~-]{3}\dQ|Fake\d)~[\w.~-]{31,34}"), ("~",)),
    Detector("password", re.compile(r"(?i:identified by) ['\"](?P<s>[^'\"\r\n]{1,200})"), _IDENTIFIED),
    Detector(
        "password", re.compile(r"(?:-u|--user)[ =]['\"]?[\w.@-]{1,64}:(?P<s>[^\s'\":]{4,200})"), ("-u ", "--user")
    ),
    Detector("private-key", re.compile(_PEM), ("PRIVATE KEY",)),
)

_PREFIX = re.compile(
    "|".join(
        re.escape(hint) for hint in sorted({h for d in VENDORS[:_TABLED] for h in d.hints}, key=len, reverse=True)
    )
)
_WHOLE = re.compile("|".join(f"(?:{d.pattern.pattern})" for d in VENDORS[:_TABLED]))


def prefix_of(token: str) -> str:
    """What a vendor puts before the random part of a token of this shape; "" for any other text."""
    if not _WHOLE.fullmatch(token):
        return ""
    found = _PREFIX.match(token)
    return found[0] if found else ""
