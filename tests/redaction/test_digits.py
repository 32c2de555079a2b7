"""Check digits: a number of each sort that is publicly an example, and the same with another last character."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rundown_mcp.redaction import digits

EXAMPLES: list[tuple[Callable[[str], bool], str]] = [
    (digits.luhn, "4111111111111111"),
    (digits.verhoeff, "2363"),
    (digits.mod11_10, "86095742719"),
    (digits.dni, "12345678Z"),
    (digits.dni, "X1234567L"),
    (digits.codice_fiscale, "RSSMRA85T10A562S"),
    (digits.bsn, "111222333"),
    (digits.cpf, "52998224725"),
    (digits.cnpj, "11444777000161"),
    (digits.pesel, "44051401359"),
    (digits.nordic, "198112189876"),
    (digits.nhs, "9434765919"),
    (digits.nir, "255081416802538"),
]


@pytest.mark.parametrize(("check", "number"), EXAMPLES, ids=[f"{check.__name__}-{text}" for check, text in EXAMPLES])
def test_a_number_passes_its_check_and_no_other_end_of_it_does(check: Callable[[str], bool], number: str) -> None:
    ends = "0123456789" if number[-1].isdigit() else "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    assert [end for end in ends if check(number[:-1] + end)] == [number[-1]]
