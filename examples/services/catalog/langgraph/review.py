"""Two reviews that stop until a person decides: of a refund (by its amount alone), and of a claim."""

import hashlib
from typing import TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt

AUTOMATIC_BELOW = 100


class Refund(TypedDict, total=False):
    amount: float
    decision: str


def decide_refund(refund: Refund) -> Refund:
    if refund["amount"] < AUTOMATIC_BELOW:
        return {"decision": "auto"}
    return {"decision": interrupt({"ask": "approve?", "amount": refund["amount"]})}


class Claim(TypedDict, total=False):
    claim_id: str
    amount: float
    answer: str
    content_hash: str
    deadline: str
    decision: str
    decided_by: str
    executions: int


def ask(claim: Claim) -> Claim:
    """What the person sees is what is executed: the hash of the answer goes there and comes back."""
    shown = hashlib.sha256(claim.get("answer", "").encode()).hexdigest()
    told = interrupt(
        {
            "ask": "approve, reject or escalate?",
            "claim_id": claim["claim_id"],
            "amount": claim["amount"],
            "answer": claim.get("answer", ""),
            "content_hash": shown,
            "deadline": claim.get("deadline"),
        }
    )
    if not isinstance(told, dict):
        told = {"decision": told}
    return {
        "content_hash": shown,
        "decision": str(told.get("decision", "reject")),
        "decided_by": str(told.get("decided_by", "unknown")),
    }


def execute(claim: Claim) -> Claim:
    return {"executions": claim.get("executions", 0) + 1}


def way_on(claim: Claim) -> str:
    return {"approve": "execute", "escalate": "ask"}.get(claim["decision"], END)


refund = (
    StateGraph(Refund).add_node("review", decide_refund).add_edge(START, "review").add_edge("review", END).compile()
)
claim_review = (
    StateGraph(Claim)
    .add_node("ask", ask)
    .add_node("execute", execute)
    .add_edge(START, "ask")
    .add_conditional_edges("ask", way_on, ["execute", "ask", END])
    .add_edge("execute", END)
    .compile()
)
