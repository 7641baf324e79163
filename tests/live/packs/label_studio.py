"""The overlay of Label Studio."""

from __future__ import annotations

from integtest import Contract, packs

queue = Contract(consumer="claims", provider="queue", kind="human_review", env="LABEL_STUDIO_URL")
overlay = packs.review.label_studio
overlay.import_task(queue)
overlay.task(queue)
overlay.decided_task(queue)
overlay.annotate(queue)
overlay.no_token(queue)
overlay.no_task(queue)
