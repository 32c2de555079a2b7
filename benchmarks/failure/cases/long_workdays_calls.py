"""Longer runs of dispatchers, clinics and front desks, in which several things go wrong."""

from __future__ import annotations

from typing import Final

from benchmarks.failure.case import Case
from benchmarks.failure.vendors import (
    answers,
    asks,
    conduit,
    happyrobot,
    node,
    says,
    session,
    traced,
)

CASES: Final[tuple[Case, ...]] = (
    Case(
        name="a hotel's night audit with noise",
        run=conduit(
            "completed",
            traced("list_arrivals", {"day": "2026-11-20"}, {"arrivals": 3}),
            traced("get_folio", {"room": "101"}, {"room": "101", "open": 0}),
            traced("get_folio", {"room": "102"}, {"error": "ETIMEDOUT"}),
            traced("get_folio", {"room": "102"}, {"room": "102", "open": 8800}),
            traced("charge_card", {"room": "102", "cents": 8800}, {"charge": "ch-9", "status": "succeeded"}),
            traced("get_folio", {"room": "103"}, {"room": "103", "open": 0, "notes": "card failed last year"}),
            traced("check_minibar", {"rooms": 3}, {"errors": 0, "missing": []}),
            traced("send_report", {"to": "manager"}, "Report sent. 1 retry, 0 failed."),
            response="Audit done.",
            disposition="resolved",
        ),
        recovered=(3,),
        states={6: "ok", 7: "ok"},
        why="the one thing that went wrong went well at once again",
    ),
    Case(
        name="a shipment with customs, weather and a label of the wrong size",
        run=happyrobot(
            "failed",
            node("Get load", 1, {"load": "L-70", "to": "OSL"}, data={"ref": "70"}),
            node("Get weather", 2, error="401 key expired", data={"city": "OSL"}),
            node("Get rate", 3, {"rate": 900}, data={"load": "L-70"}),
            node("Create label", 4, error="size A7 is not supported", data={"load": "L-70", "size": "A7"}),
            node("Create label", 5, {"label": "lb-1"}, data={"load": "L-70", "size": "A6"}),
            node("Declare customs", 6, {"status": 422, "message": "HS code is missing"}, data={"load": "L-70"}),
            node("Book pickup", 7, error="declaration of L-70 is missing", data={"load": "L-70"}),
            node("Send confirmation", 8, error="no pickup for L-70", data={"load": "L-70"}),
        ),
        first=2,
        later=(4, 6, 7, 8),
        why="the first that nothing made good; that the run could do without the weather, nothing says",
    ),
    Case(
        name="a clinic that moves ten patients, of whom two stay",
        run=happyrobot(
            "completed",
            session(
                asks("list_patients", {"day": "2026-12-01"}, 2),
                answers("list_patients", {"patients": 4}, 3),
                *(
                    message
                    for place, answer in enumerate(
                        (
                            {"rescheduled": True},
                            {"rescheduled": False, "reason": "no slot within 14 days"},
                            {"rescheduled": True},
                            {"rescheduled": False, "reason": "patient is inpatient"},
                        )
                    )
                    for message in (
                        asks("reschedule", {"patient": f"p-{place}", "day": "2026-12-02"}, 10 + 2 * place),
                        answers("reschedule", answer, 11 + 2 * place),
                    )
                ),
                says("assistant", "All of them are moved.", 30),
                duration=40,
            ),
        ),
        first=4,
        inferred=True,
        later=(6,),
        why="two patients were not moved, the first of them at step 4",
    ),
    Case(
        name="a guest's stay from question to key, with a key that came late",
        run=conduit(
            "completed",
            traced("get_reservation", {"code": "HM9"}, {"id": "r-9", "unit": "4B", "status": "confirmed"}),
            traced("search_knowledge", {"query": "late arrival"}, {"hits": 2}),
            traced("create_access_code", {"reservation": "r-9"}, {"error": {"code": "HUB_OFFLINE"}}),
            traced("restart_hub", {"unit": "4B"}, {"ok": True}),
            traced("create_access_code", {"reservation": "r-9"}, {"error": {"code": "HUB_OFFLINE"}}),
            traced("get_hub", {"unit": "4B"}, {"state": "starting"}),
            traced("get_hub", {"unit": "4B"}, {"state": "online"}),
            traced("create_access_code", {"reservation": "r-9"}, {"code": 4410}),
            traced("send_message", {"reservation": "r-9", "text": "Your code is ready"}, {"delivered": True}),
            disposition="resolved",
        ),
        recovered=(3, 5),
        states={6: "ok", 8: "ok"},
        why="the code was made in the end",
    ),
    Case(
        name="a tenant whose repair nobody takes",
        run=conduit(
            "completed",
            traced("get_unit", {"unit": "7C"}, {"unit": "7C", "owner": "o-1"}),
            traced("create_ticket", {"unit": "7C", "text": "boiler"}, {"ticket": "T-70"}),
            traced("assign_vendor", {"ticket": "T-70", "vendor": "v-1"}, {"error": "vendor is on holiday"}),
            traced("assign_vendor", {"ticket": "T-70", "vendor": "v-2"}, {"error": "vendor has no capacity"}),
            traced("assign_vendor", {"ticket": "T-70", "vendor": "v-3"}, {"error": "vendor is suspended"}),
            traced("notify_owner", {"ticket": "T-70"}, {"delivered": True}),
            disposition="escalated",
            disposition_reason="no vendor",
        ),
        first=3,
        inferred=True,
        later=(4, 5),
        why="none of the three took it, the first of them at step 3",
    ),
    Case(
        name="a call with an interpreter, in which the first line drops",
        run=happyrobot(
            "completed",
            session(
                says("user", "Hola", 3), second=0, status="failed", failure_reason="connection_timeout", duration=5
            ),
            session(
                says("user", "Hola, se cortó", 63),
                asks("find_order", {"order": "O-7"}, 65),
                answers("find_order", {"order": "O-7", "estado": "entregado"}, 66),
                asks("open_claim", {"order": "O-7"}, 80),
                answers("open_claim", {"reclamo": "rc-1", "errores": []}, 81),
                second=60,
                duration=90,
            ),
            node("Send summary", 160, {"ok": True}, data={"claim": "rc-1"}),
        ),
        candidates=(1,),
        why="the caller was called again, if it was the same caller",
    ),
)
