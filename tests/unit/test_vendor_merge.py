"""Merging vendors: suggested on grounds, said by the operator, undone by a word; and no party of the registry is touched by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphs.interaction.finding import vendors_in
from graphs.vendor_merge import merge_vendors, separate_vendors
from memory.domain.errors import ConflictError, InputError, NotFoundError
from memory.domain.events.sourcing import VendorUpdated
from memory.domain.events.workspace import ContactAdded, PayeeAdded
from memory.domain.registry import Contact, Payee
from memory.domain.vendor import VendorFacts
from memory.views.names import merged_names
from memory.views.registry import RegistryView
from memory.views.vendor_changes import came_between
from memory.views.vendor_duplicates import duplicates, plain_name
from memory.views.vendor_identity import domain_of, identity_of
from memory.views.vendor_merges import Merges, MergeWord, read_merges
from memory.views.vendors import vendor_list

pytestmark = pytest.mark.parametrize("new_url", ["sqlite"], indirect=True)
DAY = timedelta(days=1)
IBAN, OTHER_IBAN = "DE89370400440532013000", "DE02120300000000202051"


def known(core: Any, vendor_id: str, name: str, **facts: Any) -> None:
    core.act(f"vendor/{vendor_id}/{name}", VendorUpdated(facts=VendorFacts(vendor_id=vendor_id, name=name, **facts), by="jo"))
    core.clock.move(DAY)


def paid_at(core: Any, vendor_id: str, iban: str) -> None:
    fact = PayeeAdded(payee_id=f"{vendor_id}-bank", vendor_id=vendor_id, by="jo", payee=Payee(name="P", iban=iban, country="DE"))
    core.act(f"payee/{vendor_id}", fact)


def merge(core: Any, keep: str, other: str, reason: str = "one company") -> Any:
    done = merge_vendors(keep, other, reason=reason, by="jo", database=core.database, unit_of_work=core.unit_of_work)
    core.clock.move(DAY)
    return done


def separate(core: Any, one: str, other: str = "", reason: str = "I was wrong") -> Any:
    done = separate_vendors(one, other_id=other, reason=reason, by="jo", database=core.database, unit_of_work=core.unit_of_work)
    core.clock.move(DAY)
    return done


def shown(core: Any) -> list[str]:
    return [profile.facts.vendor_id for profile in vendor_list(core.database)]


def test_a_merged_profile_is_shown_under_the_other_and_comes_back_when_the_merge_is_undone(core: Any) -> None:
    known(core, "postbird", "Postbird GmbH", website="https://postbird.example")
    known(core, "post-bird", "Post Bird", website="https://www.postbird.io/pricing")
    before = core.clock.now()
    core.clock.move(DAY)
    merge(core, "postbird", "post-bird")
    assert shown(core) == ["postbird"]
    identity = identity_of(core.database, "post-bird")
    assert identity is not None
    assert (identity.ids, identity.name, identity.aliases) == (("postbird", "post-bird"), "Postbird GmbH", ("Post Bird",))
    assert identity.domains == ("postbird.example", "postbird.io")
    assert read_merges(core.database, at=before).ids("postbird") == ("postbird",)
    came = came_between(core.database, "postbird", before, core.clock.now())
    assert (came.aliases, came.domains, came.merged) == (("Post Bird",), ("postbird.io",), ("post-bird",))
    separate(core, "post-bird")
    assert shown(core) == ["post-bird", "postbird"]
    assert came_between(core.database, "postbird", before + 3 * DAY, core.clock.now()).merged == ()


def test_a_vendor_is_still_found_by_the_name_of_a_merged_profile(core: Any) -> None:
    known(core, "postbird", "Postbird GmbH")
    known(core, "post-bird", "Bird Mail")
    assert merged_names(core.database) == {}
    merge(core, "postbird", "post-bird")
    assert merged_names(core.database) == {"bird mail": "postbird"}
    assert [profile.facts.vendor_id for profile in vendors_in(core.database, "what do we pay Bird Mail?")] == ["postbird"]


def test_a_merge_moves_no_contact_and_no_payee(core: Any) -> None:
    known(core, "acme", "Acme")
    known(core, "acme-inc", "Acme Inc.")
    paid_at(core, "acme", IBAN)
    paid_at(core, "acme-inc", OTHER_IBAN)
    contact = ContactAdded(contact_id="c", vendor_id="acme-inc", by="jo", contact=Contact(name="A", email="a@acme.example"))
    core.act("contact/c", contact)
    registry = RegistryView(core.database)
    before = [(role, one, registry.party_of(role, one)) for role in ("contact", "payee") for one in ("acme", "acme-inc")]
    done = merge(core, "acme", "acme-inc")
    assert "different bank details" in done.warnings[0]
    assert before == [(role, one, registry.party_of(role, one)) for role in ("contact", "payee") for one in ("acme", "acme-inc")]
    assert registry.party_of("contact", "acme") is None
    assert registry.payee("acme-bank").iban == IBAN


@pytest.mark.parametrize(
    ("keep", "other", "reason", "error"),
    [
        ("a", "a", "why", InputError),
        ("a", "b", " ", InputError),
        ("a", "nobody", "why", NotFoundError),
        ("a", "merged", "why", ConflictError),
        ("merged", "b", "why", ConflictError),
    ],
)
def test_a_merge_that_makes_no_sense_is_refused_with_what_to_do(
    core: Any, keep: str, other: str, reason: str, error: type[InputError]
) -> None:
    for one in ("a", "b", "merged"):
        known(core, one, one)
    merge(core, "b", "merged")
    count = len(core.events())
    with pytest.raises(error) as told:
        merge(core, keep, other, reason)
    assert told.value.hint
    assert len(core.events()) == count


def test_there_is_nothing_to_undo_where_nothing_was_merged(core: Any) -> None:
    known(core, "a", "A")
    with pytest.raises(ConflictError, match="not merged"):
        separate(core, "a")


def test_duplicates_are_found_by_number_account_domain_and_name_and_the_surest_come_first(core: Any) -> None:
    known(core, "a1", "Nordlicht Hosting GmbH", vat_id="DE 123.456.789")
    known(core, "a2", "NLH", vat_id="DE123456789")
    known(core, "b1", "Blau", website="https://blau.example/en")
    known(core, "b2", "Azur", website="http://www.blau.example")
    known(core, "c1", "Kupferwerk")
    known(core, "c2", "Anders")
    known(core, "d1", "Müller & Söhne AG")
    known(core, "d2", "Mueller und Soehne")
    known(core, "e1", "Silberpost Ltd")
    known(core, "e2", "Silber-Post")
    known(core, "f1", "Flora", website="https://gmail.com")
    known(core, "f2", "Fauna", website="https://gmail.com")
    paid_at(core, "c1", IBAN)
    paid_at(core, "c2", IBAN)
    found = {(d.vendor_id, d.other_id): d for d in duplicates(core.database)}
    assert {("a1", "a2"), ("b1", "b2"), ("c1", "c2"), ("e1", "e2")} <= set(found)
    assert not {pair for pair in found if "f1" in pair or "f2" in pair}
    assert found["a1", "a2"].grounds == ("the same VAT id (DE123456789)",)
    assert found["c1", "c2"].grounds == ("the same bank account (…3000)",)
    assert [d.sure for d in duplicates(core.database)] == sorted((d.sure for d in found.values()), reverse=True)


def test_what_the_operator_called_two_vendors_is_not_suggested_again(core: Any) -> None:
    known(core, "e1", "Silberpost Ltd")
    known(core, "e2", "Silber-Post")
    assert len(duplicates(core.database)) == 1
    separate(core, "e2", "e1")
    assert duplicates(core.database) == ()
    merge(core, "e1", "e2", "no, it is one")
    assert shown(core) == ["e1"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Acme GmbH", "ACME"), ("Straße 7 GmbH & Co. KG", "strasse 7"), ("Müller A.G.", "muller"), ("O'Brien Ltd.", "OBrien")],
)
def test_names_are_compared_without_their_legal_form(one: str, other: str, new_url: str) -> None:
    assert plain_name(one) == plain_name(other)


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://www.Acme.example/x", "acme.example"),
        ("sales@acme.example", "acme.example"),
        ("https://gmail.com", None),
        ("nonsense", None),
    ],
)
def test_a_domain_is_read_from_a_page_or_an_address(address: str, domain: str | None, new_url: str) -> None:
    assert domain_of(address) == domain


IDS = st.sampled_from(["a", "b", "c", "d"])


@given(st.lists(st.tuples(IDS, IDS, st.booleans()), max_size=12))
def test_whatever_was_said_every_profile_belongs_to_one_vendor(new_url: str, said: list[tuple[str, str, bool]]) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    merges = Merges(tuple(MergeWord(keep, other, apart, (), "why", "jo", at, "e") for keep, other, apart in said if keep != other))
    for one in "abcd":
        ids = merges.ids(one)
        assert one in ids
        assert ids[0] == merges.main_id(one)
        assert all(merges.ids(other) == ids for other in ids)
