"""The overlay of LangGraph, as the demo's graph needs it."""

from __future__ import annotations

from integtest import Contract, packs

review = Contract(consumer="claims", provider="review", kind="human_review", env="LANGGRAPH_URL")
overlay = packs.review.langgraph
overlay.create_thread(review)
overlay.interrupts(review)
overlay.ends(review)
overlay.resume(review)
overlay.resume_again(review)
overlay.thread(review)
overlay.state(review)
overlay.no_thread(review)
overlay.unknown_assistant(review)
