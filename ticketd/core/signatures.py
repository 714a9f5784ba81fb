"""What stands below an agent's answer: the agent's own signature, else the department's, else name and department."""

import re

from ticketd.core.addresses import Agent, Department

PLACEHOLDERS = ("agent", "department", "company")
MOST_LINES, MOST_SIGNS = 10, 600
_HOLE = re.compile(r"\{([^{}\n]*)\}")


def why_no_signature(text: str) -> str:
    """Why a text cannot be a signature, or an empty text."""
    unknown = [name for name in _HOLE.findall(text) if name not in PLACEHOLDERS]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        return f"'{{{unknown[0]}}}' is no placeholder; there are {known}"
    if len(text) > MOST_SIGNS or len(text.strip().split("\n")) > MOST_LINES:
        return f"a signature has at most {MOST_LINES} lines and {MOST_SIGNS} signs"
    return ""


def signature(agent: Agent, department: Department, company: str) -> str:
    """The lines below the dashes. Lines that nothing is left of are left out: an empty one would end it."""
    usual = "{agent}\n{department}, {company}" if company else "{agent}\n{department}"
    values = {"agent": agent.name, "department": department.name, "company": company}
    text = agent.signature or department.signature or usual
    filled = _HOLE.sub(lambda hole: values.get(hole[1], hole[0]), text)
    lines = (line.strip() for line in filled.split("\n"))
    return "\n".join(line for line in lines if line.strip("-, "))
