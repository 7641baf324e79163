"""Alertmanager 0.25, with the overlays that it needs."""

from __future__ import annotations

from integtest import Contract, packs

alerts = Contract(consumer="claims", provider="alerts", kind="monitoring", env="ALERTMANAGER_URL")
am = packs.alertmanager
am.post_alerts(alerts, labels={"alertname": "PackTest"})
am.alerts(alerts)
am.no_alerts(alerts, filter='alertname="NobodyAtAll"', given=None)
am.post_silence(alerts, value="PackTest")
am.silence(alerts)
am.end_silence(alerts)
am.no_silence(alerts)
am.no_silence_to_end(alerts, status=500)
am.bad_alerts(alerts)
am.bad_filter(alerts)
am.bad_silence(alerts)
