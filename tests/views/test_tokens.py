import unicodedata
import zlib
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rundown_mcp.views.tokens import count_tokens

pytest.importorskip("rs_bpe", reason="rs-bpe has no wheel for this Python")
from scripts.build_token_table import ALPHABETS, SAMPLES, TABLE, UNICODE, build, random_text, real_count

any_text = st.one_of(
    st.text(max_size=60),
    st.text(alphabet=st.characters(exclude_categories=()), max_size=30),
    st.sampled_from(ALPHABETS).flatmap(lambda letters: st.text(alphabet=letters, max_size=60)),
    st.lists(st.one_of(st.sampled_from(SAMPLES), st.text(max_size=5)), max_size=12).map("".join),
)


@given(any_text)
@settings(max_examples=300, deadline=None)
def test_no_text_is_counted_below_the_real_encoding(text: str) -> None:
    assert count_tokens(text) >= real_count(text)


@pytest.mark.parametrize("seed", range(4))
def test_no_text_of_a_seeded_mix_is_counted_below_the_real_encoding(seed: int) -> None:
    rng = Random(seed)  # noqa: S311 - repeatable texts, no secrets
    texts = [random_text(rng) for _ in range(1500)]
    assert [text for text in texts if count_tokens(text) < real_count(text)] == []


def test_no_code_point_is_counted_below_the_real_encoding_in_any_place() -> None:
    places = ("a%b", "!!%", "\"%'s", "  %%c", ".%/")
    rng = Random(1)  # noqa: S311 - repeatable texts, no secrets
    chars = [chr(i) for i in (*range(0x80, 0x3100, 5), *(rng.randrange(0x3100, 0x110000) for _ in range(2000)))]
    texts = [place.replace("%", char) for char in chars for place in places]
    assert [text for text in texts if count_tokens(text) < real_count(text)] == []


ROW = (
    "duckie:3c90c3cc\t2026-11-21 04:10\tfailed\t\tRefund Agent\t42s\t48213"
    "\tRefund for order A-1009\tHTTP 504 from payment gateway\n"
)
RECEIPT = (
    "coverage: duckie ok, happyrobot ok, conduit timed out after 3 tries\n"
    "shown: 25 of 213 runs, 2026-11-20T04:10:00Z to "
    '2026-11-21T04:10:00Z\nmasked: 3 emails, 1 phone\nnext: list_runs(status=["failed"], since="24h", cursor="q1")\n'
)


@pytest.mark.parametrize(
    ("text", "most"),
    [
        (ROW * 5, 1.15),
        (RECEIPT, 1.15),
        (
            '{"id": "run_9f", "status": "failed", "error": {"code": 504, "message": "upstream timeout"}, "ok": false}',
            1.15,
        ),
        (
            "The payment gateway did not answer in time, so the agent told the customer that a refund was on its way.",
            1.1,
        ),
        ("⟦data q7Zk2m⟧ write to [email#k3f9], call [phone#m2x8] [cut: 400/12000 chars] ⟦/data q7Zk2m⟧", 1.15),
        ("2026-11-21T04:10:09.123Z e3b0c442-98fc-1c14-9afb-f4c8996fb924", 1.1),
        ("Der Kunde hat eine Rückerstattung verlangt, doch das Zahlungssystem war nicht erreichbar.", 1.6),
        ("Le client a demandé un remboursement, mais le service de paiement ne répondait pas.", 1.6),
        ("El cliente pidió un reembolso, pero el servicio de pagos no respondía.", 1.6),
        ("Клиент попросил вернуть деньги, но платёжный сервис не отвечал.", 2.0),
        ("Ο πελάτης ζήτησε επιστροφή χρημάτων, αλλά η υπηρεσία δεν απαντούσε.", 2.0),
        ("طلب العميل استرداد المبلغ ولكن خدمة الدفع لم تستجب.", 2.0),
        ("הלקוח ביקש החזר כספי אך שירות התשלומים לא הגיב.", 2.0),
        ("ग्राहक ने धनवापसी मांगी, लेकिन भुगतान सेवा ने उत्तर नहीं दिया।", 2.0),
        ("ลูกค้าขอเงินคืน แต่ระบบชำระเงินไม่ตอบสนอง", 2.0),
        ("客户要求退款，但支付服务没有响应。", 1.7),
        ("お客様は返金を求めましたが、決済サービスが応答しませんでした。", 1.7),
        ("고객이 환불을 요청했지만 결제 서비스가 응답하지 않았습니다.", 1.7),
    ],
)
def test_the_count_stays_near_the_real_one(text: str, most: float) -> None:
    assert 1 <= count_tokens(text) / real_count(text) <= most


def test_random_hex_and_base64_are_counted_near_the_real_encoding() -> None:
    rng = Random(1)  # noqa: S311 - repeatable texts, no secrets
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    for text in ("".join(rng.choices("0123456789abcdef", k=4000)), "".join(rng.choices(letters, k=4000))):
        assert count_tokens(text) <= 1.35 * real_count(text)


def test_special_tokens_and_lone_surrogates_are_plain_text() -> None:
    assert count_tokens("<|endoftext|>") >= 7
    assert count_tokens("a\ud800b\udfff") == count_tokens("a\ufffdb\ufffd")
    assert count_tokens("") == 0


def test_a_run_without_boundary_costs_its_bytes_once_it_is_too_long_to_merge() -> None:
    assert count_tokens("a" * 8193) == 8193
    assert count_tokens("a" * 8192) < 8192 / 2


@given(
    any_text, any_text.filter(lambda text: not text.lstrip(" \t").startswith(tuple("/\n\r\x0b\x0c\x1c\x1d\x1e\x1f")))
)
@settings(max_examples=200, deadline=None)
def test_lines_add_up(line: str, rest: str) -> None:
    whole = count_tokens(line + "\n" + rest)
    if rest[:1].isspace():
        assert whole <= count_tokens(line + "\n") + count_tokens(rest)
    else:
        assert whole == count_tokens(line + "\n") + count_tokens(rest)


@given(any_text, st.sampled_from(["/", "//", "\n", "\r\n", " \n", "\t\n\n", "\n\n/", ""]), any_text)
@settings(max_examples=200, deadline=None)
def test_lines_add_up_where_blank_lines_and_slashes_fuse(line: str, opening: str, rest: str) -> None:
    rest = opening + rest
    assert count_tokens(line + "\n" + rest) <= count_tokens(line + "\n") + count_tokens(rest)


@pytest.mark.skipif(unicodedata.unidata_version != UNICODE, reason="the table holds the classes of one Unicode release")
def test_the_table_is_what_its_script_builds() -> None:
    assert zlib.decompress(build()) == zlib.decompress(TABLE.read_bytes())
