"""The causes that the grouping was tuned on."""

from __future__ import annotations

from benchmarks.grouping_fill import Cause

TUNED = (
    # one payment tool, six causes
    Cause(
        name="gateway outage",
        tool="charge_card",
        texts=(
            "HTTP 504 Gateway Timeout from https://pay-{zone}.harborline.example/v2/charges/{id}: upstream did not "
            "answer within {ms} ms (request {uuid})",
            "connect ECONNREFUSED {ip}:{port}",
            "timeout after {ms} ms",
            {"error": {"status": 503, "message": "Service Unavailable", "request_id": "{uuid}"}},
        ),
        hours=(8, 9),
    ),
    Cause(
        name="card declined",
        tool="charge_card",
        texts=(
            "HTTP 402: card_declined: Your card was declined. (request {id})",
            {"error": {"code": "card_declined", "message": "Your card was declined.", "charge": "{id}"}, "status": 402},
        ),
    ),
    Cause(
        name="amount too small",
        tool="charge_card",
        texts=("HTTP 422: validation failed: amount: must be at least {amount}, got {amount}",),
    ),
    Cause(
        name="currency unknown",
        tool="charge_card",
        texts=("HTTP 422: validation failed: currency: {lq}{q}{rq} is not a supported currency",),
    ),
    Cause(
        name="payment key expired",
        tool="charge_card",
        texts=(
            "HTTP 401 Unauthorized from https://pay-{zone}.harborline.example/v2/charges: access token expired "
            "(token id {hex}, trace {hex})",
            {"status": 401, "message": "access token expired", "trace": "{hex}"},
        ),
        hours=(12, 15),
    ),
    Cause(
        name="payment quota",
        tool="charge_card",
        texts=(
            "HTTP 429 Too Many Requests from pay-{zone}.harborline.example: quota exceeded, retry after {s} s",
            "rate limit exceeded, retry in {s} seconds",
        ),
        hours=(17, 19),
    ),
    # a CRM with people in its texts
    Cause(
        name="customer unknown",
        tool="crm_get_customer",
        texts=(
            "customer {name} not found",
            "HTTP 404: customer {lq}{name}{rq} not found",
            {"status": 404, "error": "customer not found", "email": "{email}"},
        ),
    ),
    Cause(
        name="CRM scope missing",
        tool="crm_get_customer",
        texts=("HTTP 403 Forbidden: missing scope {lq}contacts.read{rq} for token {hex}",),
    ),
    Cause(
        name="CRM record locked",
        tool="crm_update_customer",
        texts=(
            "UNABLE_TO_LOCK_ROW: unable to obtain exclusive access to this record or 1 records: {id}",
            {"errorCode": "UNABLE_TO_LOCK_ROW", "message": "unable to obtain exclusive access to this record: {id}"},
        ),
    ),
    Cause(
        name="CRM required field",
        tool="crm_update_customer",
        texts=("REQUIRED_FIELD_MISSING: Required fields are missing: [Phone] (record {id})",),
    ),
    Cause(
        name="CRM other required field",
        tool="crm_update_customer",
        texts=("REQUIRED_FIELD_MISSING: Required fields are missing: [Region] (record {id})",),
    ),
    # a database
    Cause(
        name="pool exhausted",
        tool="lookup_order",
        texts=(
            "sqlalchemy.exc.TimeoutError: QueuePool limit of size {n} overflow {n} reached, connection timed out, "
            "timeout {s}.00",
        ),
        hours=(2, 4),
    ),
    Cause(
        name="column gone",
        tool="lookup_order",
        texts=(
            'psycopg.errors.UndefinedColumn: column "total_net" does not exist\nLINE 1: SELECT total_net FROM orders '
            "WHERE id = {id}\n               ^",
            'Traceback (most recent call last):\n  File "/srv/app/orders.py", line {n}, in fetch\n'
            "    row = db.one(sql)\n"
            'psycopg.errors.UndefinedColumn: column "total_net" does not exist',
        ),
    ),
    Cause(
        name="other column gone",
        tool="lookup_order",
        texts=(
            'psycopg.errors.UndefinedColumn: column "ship_zone" does not exist\n'
            "LINE 1: SELECT ship_zone FROM {id}",
        ),
    ),
    Cause(
        name="deadlock",
        tool="lookup_order",
        texts=(
            "ERROR: deadlock detected (SQLSTATE 40P01) DETAIL: Process {n} waits for ShareLock on transaction {n}; "
            "blocked by process {n}.",
        ),
    ),
    # names of hosts and certificates
    Cause(
        name="certificate expired",
        tool="track_parcel",
        texts=(
            "TLS handshake with carriers-{zone}.harborline.example:443 failed: certificate has expired",
            "SSLError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired "
            "(_ssl.c:{n})",
        ),
    ),
    Cause(
        name="host unknown",
        tool="track_parcel",
        texts=(
            "getaddrinfo ENOTFOUND carriers-old-{k}.harborline.example",
            "Name or service not known: carriers-old-{k}.harborline.example",
        ),
        hours=(2, 20),
    ),
    # one host that refuses and resets all day, for two reasons
    Cause(
        name="connections refused",
        tool="print_label",
        texts=("connect to labels-{zone}.harborline.example:{port} failed: connection refused (try {k})",),
    ),
    Cause(
        name="connections reset",
        tool="print_label",
        texts=("read from labels-{zone}.harborline.example:{port}: connection reset by peer (request {id})",),
    ),
    # the model
    Cause(
        name="context too long",
        tool="llm_call",
        texts=(
            "context_length_exceeded: this model's maximum context length is 128000 tokens, however the messages "
            "resulted in {n} tokens (request {id})",
        ),
    ),
    Cause(
        name="model overloaded",
        tool="llm_call",
        texts=(
            "model provider returned 503 Service Unavailable: overloaded (region {zone}, request {id})",
            {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}, "request_id": "{id}"},
        ),
        hours=(5, 6),
    ),
    Cause(
        name="content filtered",
        tool="llm_call",
        texts=("content_filter: the response was filtered due to the prompt triggering the content policy ({id})",),
    ),
    # texts in other languages and scripts
    Cause(
        name="no knowledge",
        tool="knowledge_search",
        texts=("No knowledge found for {lq}{q}{rq}: best match 0.{n} is below the threshold 0.45",),
    ),
    Cause(
        name="index rebuilding",
        tool="knowledge_search",
        texts=("Der Suchindex wird gerade neu aufgebaut, bitte in {s} Minuten erneut versuchen (Vorgang {hex})",),
    ),
    # no step names it
    Cause(
        name="worker lost",
        tool=None,
        texts=("WorkerLostError: Worker exited prematurely: signal 9 (SIGKILL) Job: {n}.",),
    ),
    Cause(
        name="run budget spent",
        tool=None,
        texts=("run stopped: budget of {amount} spent after {n} steps",),
    ),
)  # fmt: skip
