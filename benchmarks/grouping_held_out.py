"""Causes that the grouping was not tuned on: they were written before it, and first measured when it was done."""

from __future__ import annotations

from benchmarks.grouping_fill import Cause

HELD_OUT = (
    # one booking tool, seven causes
    Cause(
        name="inventory outage",
        tool="reserve_room",
        texts=(
            "Error: socket hang up",
            "502 Bad Gateway",
            "upstream connect error or disconnect/reset before headers. reset reason: connection timeout",
            "java.net.SocketTimeoutException: Read timed out after {ms} ms\n"
            "\tat com.hotel.Client.call(Client.java:{n})",
        ),
        hours=(10, 11.5),
    ),
    Cause(
        name="room taken",
        tool="reserve_room",
        texts=(
            "HTTP 409 Conflict: room {id} is already booked from {date} to {date}",
            {"status": 409, "detail": "room is already booked", "room": "{id}", "from": "{date}"},
        ),
    ),
    Cause(
        name="guests missing",
        tool="reserve_room",
        texts=(
            {"detail": [{"loc": ["body", "guests"], "msg": "field required", "type": "value_error.missing"}]},
            "422 Unprocessable Entity: guests: field required",
        ),
    ),
    Cause(
        name="arrival in the past",
        tool="reserve_room",
        texts=("422 Unprocessable Entity: arrival: {date} lies in the past",),
    ),
    Cause(
        name="hotel credential wrong",
        tool="reserve_room",
        texts=(
            "HTTP 401: invalid API key provided: sk-****{hex}",
            {"code": 401, "error": "invalid_api_key", "message": "Invalid API key provided", "at": "{time}"},
        ),
        hours=(3, 7),
    ),
    Cause(
        name="hotel forbidden",
        tool="reserve_room",
        texts=("HTTP 403: account {id} is not permitted to book property {n}",),
    ),
    Cause(
        name="hotel unknown",
        tool="reserve_room",
        texts=("HTTP 404: property {n} does not exist", "No property {id} exists"),
    ),
    # gRPC
    Cause(
        name="ledger down",
        tool="post_ledger_entry",
        texts=(
            "rpc error: code = Unavailable desc = connection error: dial tcp {ip}:{port}: connect: connection refused",
            "14 UNAVAILABLE: No connection established. Last error: connect ETIMEDOUT {ip}:{port}",
            "4 DEADLINE_EXCEEDED: Deadline exceeded after {s}s, remote_addr={ip}:{port}",
        ),
        hours=(20, 21),
    ),
    Cause(
        name="ledger refuses period",
        tool="post_ledger_entry",
        texts=("rpc error: code = FailedPrecondition desc = accounting period {date} is closed for {name}",),
    ),
    Cause(
        name="ledger unbalanced",
        tool="post_ledger_entry",
        texts=("rpc error: code = InvalidArgument desc = entry is unbalanced: debit {amount}, credit {amount}",),
    ),
    # mail and telephone
    Cause(
        name="mailbox unknown",
        tool="send_email",
        texts=(
            "550 5.1.1 <{email}>: Recipient address rejected: User unknown in virtual mailbox table",
            "550 5.1.1 The email account that you tried to reach does not exist. {id} - gsmtp",
        ),
    ),
    Cause(
        name="mail too big",
        tool="send_email",
        texts=("552 5.3.4 Message size exceeds fixed limit: {n} bytes",),
    ),
    Cause(
        name="mail throttled",
        tool="send_email",
        texts=("454 4.7.0 Throttling failure: Maximum sending rate exceeded ({id})",),
    ),
    Cause(
        name="number unreachable",
        tool="send_sms",
        texts=(
            "Twilio error 21211: The 'To' number +4915{n} is not a valid phone number",
            {"code": 21211, "message": "The 'To' number +33{n} is not a valid phone number.", "status": 400},
        ),
    ),
    Cause(
        name="number opted out",
        tool="send_sms",
        texts=(
            "Twilio error 21610: Attempt to send to unsubscribed recipient +4477{n}",
            {"code": 21610, "message": "Attempt to send to unsubscribed recipient", "status": 400, "sid": "{id}"},
        ),
    ),
    # a shop
    Cause(
        name="sku unknown",
        tool="stock_level",
        texts=("no product with sku {ref}", "no product named {word}"),
    ),
    Cause(
        name="warehouse parse",
        tool="stock_level",
        texts=(
            "TypeError: Cannot read properties of undefined (reading 'quantity')\n"
            "    at parse (/app/dist/stock.js:{n}:{n})",
        ),
    ),
    Cause(
        name="warehouse parse of another field",
        tool="stock_level",
        texts=(
            "TypeError: Cannot read properties of undefined (reading 'location')\n"
            "    at parse (/app/dist/stock.js:{n}:{n})",
        ),
    ),
    Cause(
        name="shop throttled",
        tool="stock_level",
        texts=(
            "Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service.",
            {"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}], "cost": "{n}"},
        ),
        hours=(13, 16),
    ),
    # documents
    Cause(
        name="bucket denied",
        tool="fetch_document",
        texts=(
            "An error occurred (AccessDenied) when calling the GetObject operation: Access Denied (RequestId: {ref})",
            "<Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>{ref}</RequestId></Error>",
        ),
    ),
    Cause(
        name="object missing",
        tool="fetch_document",
        texts=(
            "An error occurred (NoSuchKey) when calling the GetObject operation: The specified key does not exist.",
        ),
    ),
    Cause(
        name="document encrypted",
        tool="fetch_document",
        texts=("PdfReadError: File has not been decrypted: /tmp/{hex}/{word}.pdf",),
    ),
    # other languages and scripts
    Cause(
        name="tax number invalid (es)",
        tool="create_invoice",
        texts=("El número de identificación fiscal {ref} del cliente {name} no es válido",),
    ),
    Cause(
        name="series closed (ja)",
        tool="create_invoice",
        texts=("請求書番号 {n} は既に発行されています（担当: {name}）",),
    ),
    Cause(
        name="line without price (ru)",
        tool="create_invoice",
        texts=("Позиция {n} не имеет цены: артикул {lq}{word}{rq}",),
    ),
    # no step names it
    Cause(
        name="agent loop",
        tool=None,
        texts=("Recursion limit of {n} reached without hitting a stop condition.",),
    ),
    Cause(
        name="queue expired",
        tool=None,
        texts=("job {uuid} expired in queue at {time} before any worker took it",),
    ),
)
