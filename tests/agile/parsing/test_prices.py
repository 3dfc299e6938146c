"""Unit rates and standing charges that can't be right are refused, and the error names what was wrong."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.octopus_agile.agile.errors import ApiUnexpected
from custom_components.octopus_agile.agile.parsing import parse_rates
from custom_components.octopus_agile.agile.rates import Rates
from custom_components.octopus_agile.agile.tariffs import Tariff
from tests.agile.series import HALF_HOUR, HOUR, spelled, utc

from .refusal import refusal


def row(start: str, end: str | None, price: Any, **more: Any) -> dict[str, Any]:
    """Return a row of unit rates on the 1st of October 2026."""
    return {
        "value_exc_vat": price,
        "value_inc_vat": price,
        "valid_from": f"2026-10-01T{start}:00Z",
        "valid_to": None if end is None else f"2026-10-01T{end}:00Z",
        "payment_method": None,
        **more,
    }


AGILE, FLEXIBLE = Tariff("AGILE-24-10-01", "C"), Tariff("VAR-22-11-01", "C")
START, END = utc("2026-09-30 00:00"), utc("2026-10-02 00:00")
DIRECT, OTHERWISE = {"payment_method": "DIRECT_DEBIT"}, {"payment_method": "NON_DIRECT_DEBIT"}


def parsed(*rows: dict[str, Any], tariff: Tariff = AGILE) -> Rates:
    """Return the rates of two days around the 1st of October."""
    return parse_rates(rows, START, END, END, half_hourly=tariff.is_half_hourly)[0]


class TestUnitRates:
    def test_they_come_newest_first_in_pence_and_are_kept_oldest_first_in_pounds(self) -> None:
        rates = parsed(row("00:30", "01:00", Decimal("12.5")), row("00:00", "00:30", 20))
        assert spelled(rates) == ["00:00-00:30 20", "00:30-01:00 12.5"]
        assert [rate.price for rate in rates] == [Decimal("0.20"), Decimal("0.125")]

    def test_none_published_is_no_error(self) -> None:
        assert parse_rates([], START, END, END, half_hourly=True) == (Rates(), 0)

    def test_vat_is_taken_as_each_row_gives_it(self) -> None:
        rows = [
            row("00:00", "00:30", 20, value_inc_vat=Decimal("20.0")),
            row("00:00", "00:30", 20, value_inc_vat=Decimal("21.0"))
            | {"valid_from": "2026-09-30T23:30:00Z", "valid_to": "2026-10-01T00:00:00Z"},
        ]
        assert [rate.price for rate in parsed(*rows)] == [Decimal("0.21"), Decimal("0.20")]

    @pytest.mark.parametrize(
        "price", ["-19.94", "0", "0.00", "99.99", "100.0001", "131.25", "9.912000000000001", "-0.0"]
    )
    def test_a_price_may_be_below_zero_zero_or_above_a_pound(self, price: str) -> None:
        (rate,) = parsed(row("00:00", "00:30", Decimal(price)))
        assert rate.price == Decimal(price) / 100

    def test_a_price_of_24_digits_is_exact(self) -> None:
        (rate,) = parsed(row("00:00", "00:30", Decimal("123456.789012345678901234")))
        assert rate.price == Decimal("1234.56789012345678901234")

    @pytest.mark.parametrize(
        "price", [Decimal("-0.0"), Decimal("-0"), Decimal("-0E-10"), Decimal("-0E5")]
    )
    def test_zero_has_no_sign(self, price: Decimal) -> None:
        (rate,) = parsed(row("00:00", "00:30", price))
        assert (str(rate.price), str(abs(rate.price))) == ("0", "0")

    def test_slots_of_other_tariffs_may_have_any_length_and_gaps(self) -> None:
        rates = parsed(row("05:00", "23:00", 30), row("00:30", "01:00", 5), tariff=FLEXIBLE)
        assert spelled(rates) == ["00:30-01:00 5", "05:00-23:00 30"]

    @given(st.permutations([("00:00", "00:30", 1), ("00:30", "01:00", 2), ("01:30", "02:00", 3)]))
    def test_they_may_come_in_any_order(self, rows: list[tuple[str, str, int]]) -> None:
        rates = parsed(*(row(*each) for each in rows))
        assert spelled(rates) == ["00:00-00:30 1", "00:30-01:00 2", "01:30-02:00 3"]

    def test_one_that_comes_twice_is_taken_once(self) -> None:
        again = row("00:00", "00:30", Decimal("1.0"))
        rates = parsed(row("00:00", "00:30", 1), row("00:30", "01:00", 2), again)
        assert spelled(rates) == ["00:00-00:30 1", "00:30-01:00 2"]

    def test_an_offset_is_taken_into_account(self) -> None:
        rates = parsed(row("00:00", "00:00", 5) | {"valid_from": "2026-10-01T00:30:00+01:00"})
        assert spelled(rates) == ["23:30-00:00 5"]

    @pytest.mark.parametrize(
        ("rows", "complaint"),
        [
            (
                [row("00:00", "00:30", 1), row("00:00", "00:30", 2)],
                "the slot at 2026-10-01T00:00:00+00:00 starts before the last one ends",
            ),
            (
                [row("00:20", "01:00", 1), row("00:00", "00:30", 1)],
                "the slot at 2026-10-01T00:20:00+00:00 starts before the last one ends",
            ),
            (
                [row("00:00", "00:30", 1, **DIRECT), row("00:00", "00:30", 2, **DIRECT)],
                "the slot at 2026-10-01T00:00:00+00:00 starts before the last one ends",
            ),
            ([row("00:00", "00:30", 1, payment_method=7)], "payment_method is not a text"),
            ([row("00:00", "00:30", None, **OTHERWISE)], "value_inc_vat is not a number"),
            ([row("00:30", "00:30", 1)], "the slot at 2026-10-01T00:30:00+00:00 has no length"),
            ([row("00:30", "00:00", 1)], "the slot at 2026-10-01T00:30:00+00:00 has no length"),
            ([row("00:30", "01:00", 1, valid_to=7)], "valid_to is not a text"),
            ([row("00:00", "00:30", 1, valid_from=None)], "valid_from is not a text"),
            ([row("00:00", "00:30", 1, valid_from=1790000000)], "valid_from is not a text"),
            ([row("00:00", "00:30", 1, valid_from="yesterday")], "valid_from is not a time"),
            ([row("00:00", "00:30", 1, valid_from="2026-13-01T00:00:00Z")], "valid_from is not a time"),
            (
                [row("00:00", "00:30", 1, valid_from="0001-01-01T00:00:00+05:00")],
                "valid_from is not a time",
            ),
            (
                [row("00:00", "00:30", 1, valid_from="2026-10-01T00:00:00")],
                "valid_from has no offset from UTC",
            ),
            ([row("00:00", "00:30", 1, valid_from="2026-10-01")], "valid_from has no offset from UTC"),
            ([row("00:00", "00:30", None)], "value_inc_vat is not a number"),
            ([row("00:00", "00:30", "12.5")], "value_inc_vat is not a number"),
            ([row("00:00", "00:30", value_inc_vat=True, price=1)], "value_inc_vat is not a number"),
            ([row("00:00", "00:30", [1])], "value_inc_vat is not a number"),
            (
                [{"valid_from": "2026-10-01T00:00:00Z", "valid_to": "2026-10-01T00:30:00Z"}],
                "value_inc_vat is not a number",
            ),
            ([row("00:00", "00:30", 10**9)], "value_inc_vat is not a price"),
            ([row("00:00", "00:30", -(10**9))], "value_inc_vat is not a price"),
            ([row("00:00", "00:30", 10**4000)], "value_inc_vat is not a price"),
            ([row("00:00", "00:30", Decimal("1e400"))], "value_inc_vat is not a price"),
            ([row("00:00", "00:30", Decimal("1e-25"))], "value_inc_vat has too many digits"),
            ([row("00:00", "00:30", Decimal("1e-999999"))], "value_inc_vat has too many digits"),
            ([row("00:00", "00:30", Decimal("0e10"))], "value_inc_vat has too many digits"),
            (
                [row("00:00", "00:30", Decimal("1.234567890123456789012345"))],
                "value_inc_vat has too many digits",
            ),
            (
                [row("00:00", "00:30", Decimal("123456789.1234567890123456"))],
                "value_inc_vat has too many digits",
            ),
        ],
    )
    def test_rows_that_cannot_be_right_are_refused(
        self, rows: list[dict[str, Any]], complaint: str
    ) -> None:
        assert refusal(lambda: parsed(*rows)) == complaint
        assert refusal(lambda: parsed(*rows, tariff=FLEXIBLE)) == complaint

    @pytest.mark.parametrize("key", ["valid_from", "valid_to", "value_inc_vat", "payment_method"])
    def test_a_refusal_does_not_carry_what_it_refuses(self, key: str) -> None:
        with pytest.raises(ApiUnexpected) as caught:
            parsed(row("00:00", "00:30", 1, **{key: ["[click](https://evil.example)"]}))
        with pytest.raises(ApiUnexpected) as again:
            parsed(row("00:00", "00:30", 1, valid_from="[click](https://evil.example)"))
        for error in (caught.value, again.value):
            assert "evil" not in str(error)
            assert error.__cause__ is None
            assert error.__suppress_context__ or error.__context__ is None

    json_values = st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=5)
        | st.decimals(allow_nan=False, allow_infinity=False),
        lambda inner: st.lists(inner, max_size=2),
        max_leaves=3,
    )
    times = st.datetimes().map(lambda at: f"{at.isoformat()}Z") | json_values
    methods = st.sampled_from([None, "DIRECT_DEBIT", "NON_DIRECT_DEBIT", "x"]) | json_values

    @given(
        st.lists(
            st.fixed_dictionaries(
                {
                    "valid_from": times,
                    "valid_to": times,
                    "value_inc_vat": json_values,
                    "payment_method": methods,
                }
            ),
            max_size=3,
        ),
        st.sampled_from([AGILE, FLEXIBLE]),
    )
    def test_any_other_rows_are_taken_or_refused(
        self, rows: list[dict[str, Any]], tariff: Tariff
    ) -> None:
        try:
            rates, dropped = parse_rates(rows, START, END, END - HOUR, half_hourly=tariff.is_half_hourly)
        except ApiUnexpected:
            return
        assert len(rates) + dropped <= 2 * len(rows)
        assert all(rate.end <= END - HOUR and rate.end > START for rate in rates)


class TestPairsByPaymentMethod:
    @pytest.mark.parametrize("tariff", [AGILE, FLEXIBLE])
    def test_the_rate_for_direct_debit_is_taken(self, tariff: Tariff) -> None:
        rates = parsed(
            row("00:30", "01:00", 11, **OTHERWISE),
            row("00:30", "01:00", 10, **DIRECT),
            row("00:00", "00:30", 20, **DIRECT),
            row("00:00", "00:30", 21, **OTHERWISE),
            tariff=tariff,
        )
        assert spelled(rates) == ["00:00-00:30 20", "00:30-01:00 10"]

    def test_a_rate_for_all_methods_holds_where_there_is_none_for_direct_debit(self) -> None:
        rates = parsed(
            row("00:00", "06:00", 30),
            row("02:00", "03:00", 10, **DIRECT),
            row("04:00", "05:00", 40, **OTHERWISE),
            tariff=FLEXIBLE,
        )
        assert spelled(rates) == ["00:00-02:00 30", "02:00-03:00 10", "03:00-06:00 30"]

    @pytest.mark.parametrize("method", ["NON_DIRECT_DEBIT", "PREPAYMENT", ""])
    def test_where_all_are_for_other_methods_the_price_stays_unknown(self, method: str) -> None:
        rows = [row("00:00", "00:30", 20, payment_method=method)]
        assert parse_rates(rows, START, END, END, half_hourly=True) == (Rates(), 0)


class TestTheStandingCharge:
    AT = utc("2026-10-01 00:00")

    def charge(self, *rows: dict[str, Any], at: datetime = AT) -> Decimal | None:
        charge = parse_rates(rows, at, at + HALF_HOUR, at + HALF_HOUR, half_hourly=False)[0].at(at)
        return None if charge is None else charge.price

    def test_a_row_may_be_open_at_the_end(self) -> None:
        assert self.charge(row("00:00", None, Decimal("37.6525"))) == Decimal("0.376525")

    def test_it_holds_from_its_start_and_no_longer_at_its_end(self) -> None:
        rows = (row("00:30", None, 50), row("00:00", "00:30", 40))
        assert self.charge(*rows) == Decimal("0.4")
        assert self.charge(*rows, at=utc("2026-10-01 00:30")) == Decimal("0.5")
        assert self.charge(*rows, at=utc("2026-09-30 23:59")) is None

    def test_direct_debit_is_taken(self) -> None:
        rows = (
            row("00:00", None, 50, payment_method="NON_DIRECT_DEBIT"),
            row("00:00", None, 40, payment_method="DIRECT_DEBIT"),
        )
        assert self.charge(*rows) == Decimal("0.4")

    @pytest.mark.parametrize("order", [1, -1], ids=["first", "last"])
    def test_one_for_all_methods_holds_where_there_is_none_for_direct_debit(self, order: int) -> None:
        rows = (row("00:00", None, 50), row("00:30", None, 40, **DIRECT))[::order]
        assert self.charge(*rows) == Decimal("0.5")
        assert self.charge(*rows, at=utc("2026-10-01 00:30")) == Decimal("0.4")

    def test_one_that_comes_twice_is_one_and_two_for_one_time_are_refused(self) -> None:
        assert self.charge(row("00:00", None, 40), row("00:00", None, 40)) == Decimal("0.4")
        complaint = refusal(lambda: self.charge(row("00:00", None, 40), row("00:00", None, 50)))
        assert complaint == "the slot at 2026-10-01T00:00:00+00:00 starts before the last one ends"

    def test_zero_has_no_sign(self) -> None:
        assert str(self.charge(row("00:00", None, Decimal("-0.0")))) == "0"

    def test_there_may_be_none(self) -> None:
        assert self.charge() is None

    def test_one_that_is_no_price_is_refused(self) -> None:
        assert refusal(lambda: self.charge(row("00:00", None, "40"))) == "value_inc_vat is not a number"
