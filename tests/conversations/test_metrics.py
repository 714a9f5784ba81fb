"""What monitoring is told of a desk, after conversations; and that the shipped alerts ask for what there is."""

import re
import shutil
import subprocess

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.desk import Desk
from tests.process import ROOT
from ticketd import meters

RULES = ROOT / "contrib" / "prometheus" / "ticketd.rules.yml"


def numbers(desk: Desk) -> dict[str, float]:
    found = {}
    for family in text_string_to_metric_families(desk.runs("metrics")):
        for sample in family.samples:
            labels = ",".join(sample.labels[k] for k in sorted(sample.labels))
            found[f"{sample.name} {labels}".strip()] = sample.value
    return found


def test_tickets_and_times_by_department(desk: Desk) -> None:
    eve, carl = desk.customer("eve@customer.example"), desk.customer("carl@customer.example")
    eve.writes("support@desk.example", subject="no sound", text="It is silent.")
    carl.writes("sales@desk.example", subject="price", text="How much?")
    desk.clock.passes(minutes=10)
    desk.runs("reply", "1", "-m", "Turn it on.", "--close")
    desk.clock.passes(hours=2)
    eve.replies(eve.last_mail, "It is on. Still silent.")
    desk.runs("close", "1")
    seen = numbers(desk)
    assert seen["ticketd_tickets support,closed"] == 1
    assert seen["ticketd_tickets sales,new"] == 1
    assert seen["ticketd_tickets_opened_total support"] == 1
    assert seen["ticketd_tickets_closed_total support"] == 2
    assert seen["ticketd_tickets_reopened_total support"] == 1
    assert seen["ticketd_ticket_first_response_seconds_sum support"] == 600
    assert seen["ticketd_ticket_first_response_seconds_bucket support,300"] == 0  # fmt: skip
    assert seen["ticketd_ticket_first_response_seconds_bucket support,900"] == 1
    assert seen["ticketd_ticket_resolution_seconds_count support"] == 1
    assert seen["ticketd_last_message_received_timestamp_seconds lmtp"] == desk.clock().timestamp()
    assert seen["ticketd_db_size_bytes"] > 10_000


def test_the_alerts_ask_for_metrics_that_exist(desk: Desk) -> None:
    rules = yaml.safe_load(RULES.read_text("utf-8"))["groups"][0]["rules"]
    assert len(rules) >= 6
    told = {
        line.split()[2] for line in desk.runs("metrics").splitlines() if line.startswith("# TYPE")
    }
    counted = {f"ticketd_{name}_total" for name in meters.COUNTERS}
    for rule in rules:
        for name in re.findall(r"ticketd_\w+", rule["expr"]):
            assert name in told | counted, name
        assert set(rule["annotations"]) == {"summary", "remedy"}


@pytest.mark.skipif(not shutil.which("promtool"), reason="needs promtool")
def test_promtool_reads_the_alerts() -> None:
    done = subprocess.run(["promtool", "check", "rules", str(RULES)], capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
