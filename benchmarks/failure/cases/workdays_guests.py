"""Working days of a front desk: traces without a state, in the tongues of guests and of their systems."""

from __future__ import annotations

from typing import Final

from benchmarks.failure.case import Case
from benchmarks.failure.vendors import conduit, traced

CASES: Final[tuple[Case, ...]] = (
    Case(
        name="a unit that is archived, told beside data of nothing",
        run=conduit(
            "completed",
            traced("set_price", {"unit": 12, "usd": 99}, {"data": None, "errors": [{"message": "unit is archived"}]}),
            response="The price is set.",
        ),
        first=1,
        inferred=True,
        why="no data came, but an error did",
    ),
    Case(
        name="a door whose success is a zero",
        run=conduit(
            "failed",
            traced("get_reservation", {"code": "K1"}, {"unit": "2A"}),
            traced("unlock_door", {"unit": "2A"}, {"result": {"success": 0, "code": "DEVICE_OFFLINE"}}),
            error="goal not reached",
        ),
        first=2,
        inferred=True,
        why="zero is no success, and the device is offline",
    ),
    Case(
        name="an angry guest, and tools that all worked",
        run=conduit(
            "completed",
            traced("get_reservation", {"code": "K2"}, {"unit": "2B", "complaints": 3, "last_issue": "heating failed"}),
            traced("create_task", {"unit": "2B", "text": "heating failed again"}, {"task": "t-1"}),
            disposition="escalated",
            disposition_reason="The guest is angry because the heating failed.",
        ),
        states={1: "ok", 2: "ok"},
        why="the heating failed, no step did",
    ),
    Case(
        name="a knowledge base that has nothing on the sauna",
        run=conduit(
            "completed",
            traced("search_knowledge", {"query": "sauna hours"}, {"hits": []}),
            disposition="escalated",
            disposition_reason="missing_info",
        ),
        states={1: "ok"},
        why="nothing found is an answer",
    ),
    Case(
        name="a change of a reservation that was not found",
        run=conduit(
            "failed",
            traced("get_reservation", {"code": "K3"}, {"reservation": None}),
            traced(
                "modify_reservation", {"reservation_id": None, "nights": 3}, {"error": "reservation_id is required"}
            ),
            error="modify_reservation: reservation_id is required",
        ),
        first=2,
        inferred=True,
        why="it is the step that the run's error names",
    ),
    Case(
        name="a deposit that timed out, taken again as the second attempt",
        run=conduit(
            "completed",
            traced("charge_deposit", {"reservation": "r-1", "cents": 20000}, {"error": "ETIMEDOUT"}),
            traced(
                "charge_deposit",
                {"reservation": "r-1", "cents": 20000, "attempt": 2},
                {"charge": "ch-1", "status": "succeeded"},
            ),
            disposition="resolved",
        ),
        recovered=(1,),
        why="the same deposit of the same reservation",
    ),
    Case(
        name="five rooms to clean, of which one finds nobody",
        run=conduit(
            "completed",
            traced("assign_cleaning", {"room": "101"}, {"assigned": True}),
            traced("assign_cleaning", {"room": "102"}, {"assigned": False, "reason": "no staff"}),
            traced("assign_cleaning", {"room": "103"}, {"assigned": True}),
            traced("assign_cleaning", {"room": "104"}, {"assigned": False, "reason": "no staff"}),
            traced("assign_cleaning", {"room": "105"}, {"assigned": True}),
            traced("call_in_staff", {"shift": "late"}, {"called": 1}),
            traced("assign_cleaning", {"room": "102"}, {"assigned": True}),
            traced("assign_cleaning", {"room": "104"}, {"assigned": False, "reason": "no staff"}),
            response="All rooms will be cleaned.",
        ),
        first=4,
        recovered=(2,),
        later=(8,),
        why="room 102 found somebody at the second try, room 104 never did",
    ),
    Case(
        name="wiadomość, która nie wyszła",
        run=conduit(
            "completed",
            traced("send_message", {"guest": "g-1"}, "Nie udało się wysłać wiadomości: numer nieprawidłowy"),
            response="Wysłano.",
        ),
        first=1,
        inferred=True,
        why="it says in Polish that it could not be sent",
    ),
    Case(
        name="een betaling die geweigerd is",
        run=conduit(
            "completed",
            traced("get_folio", {"room": "7"}, {"cents": 8800}),
            traced("charge_card", {"room": "7", "cents": 8800}, "Fout: betaling geweigerd"),
            response="Uw kamer is betaald.",
        ),
        first=2,
        inferred=True,
        why="it says in Dutch that the card was refused",
    ),
    Case(
        name="un courriel qui n'est pas parti",
        run=conduit(
            "failed",
            traced("envoyer_facture", {"facture": "F-1"}, {"statut": "échec", "detail": "quota dépassé"}),
            error="tool failed",
        ),
        first=1,
        inferred=True,
        why="its state is a failure, in French",
    ),
    Case(
        name="결제 오류",
        run=conduit(
            "failed",
            traced("get_booking", {"id": "b-1"}, {"id": "b-1"}),
            traced("charge_booking", {"id": "b-1"}, "오류: 결제에 실패했습니다"),
            error="payment step failed",
        ),
        first=2,
        inferred=True,
        why="it says in Korean that the payment failed",
    ),
    Case(
        name="good news in other tongues",
        run=conduit(
            "completed",
            traced("pruefe_anlage", {"haus": 1}, "Keine Fehler gefunden."),
            traced("verifier_paiement", {"id": 2}, "Aucune erreur, paiement accepté."),
            traced("revisar_puerta", {"id": 3}, {"mensaje": "Sin errores", "errores": 0}),
            traced("fix_page", {"id": 4}, "Error 404 page fixed."),
            disposition="resolved",
        ),
        states={3: "ok"},
        why="each says that there is no error, or none any more",
    ),
    Case(
        name="a tariff that is not on file",
        run=conduit(
            "completed",
            traced("quote_stay", {"nights": 2}, {"errorCode": "E1207", "errorMessage": "Kein Tarif hinterlegt"}),
            response="Das macht 200 Euro.",
        ),
        first=1,
        inferred=True,
        why="it has a code and a message of an error, and no price",
    ),
    Case(
        name="a flag that it has an error",
        run=conduit(
            "completed",
            traced("sync_calendar", {"unit": "3C"}, {"hasError": True, "detail": "feed is not reachable"}),
            response="Synced.",
        ),
        first=1,
        inferred=True,
        why="it says so",
    ),
    Case(
        name="a bucket that may not be read",
        run=conduit(
            "failed",
            traced("get_photo", {"key": "k-1"}, {"Error": {"Code": "AccessDenied", "Message": "Access Denied"}}),
            error="agent stopped",
        ),
        first=1,
        inferred=True,
        why="an object named Error with a code",
    ),
    Case(
        name="a run that has not begun",
        run=conduit("accepted"),
        why="nothing has happened yet",
    ),
    Case(
        name="a model that ran out of budget after a tool had been tried twice",
        run=conduit(
            "failed",
            traced("search_units", {"guests": 4}, {"error": {"code": 503}}),
            traced("search_units", {"guests": 4}, {"units": ["5A"]}),
            error="token budget exceeded",
        ),
        recovered=(1,),
        states={2: "ok"},
        why="the search worked in the end; the run's end is the model's",
    ),
)
