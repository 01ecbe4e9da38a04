"""Names become words."""

from __future__ import annotations

import pytest

from desktop.schema.words import heading, is_numbered, parted, plural, plural_name, singular, singular_name


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("created_at", "Created at"),
        ("createdAt", "Created at"),
        ("post_tags", "Post tags"),
        ("Order Details", "Order details"),
        ("ip_address", "IP address"),
        ("IPAddress", "IP address"),
        ("author_id", "Author ID"),
        ("OrderID", "Order ID"),
        ("id", "ID"),
        ("email", "E-mail"),
        ("line2Text", "Line2 text"),
        ("straße", "Straße"),
        ("表", "表"),
        ("_", "_"),
        ("", ""),
    ],
)
def test_headings(name: str, text: str) -> None:
    assert heading(name) == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("author_id", "Author"), ("OrderID", "Order"), ("ReportsTo", "Reports to")),
        *(("id", "ID"), ("post", "Post")),
    ],
)
def test_headings_of_foreign_keys(name: str, text: str) -> None:
    assert heading(name, foreign_key=True) == text


PAIRS = (
    *(("post", "posts"), ("category", "categories"), ("address", "addresses"), ("person", "people")),
    *(("child", "children"), ("status", "statuses"), ("house", "houses"), ("box", "boxes"), ("day", "days")),
    *(
        ("branch", "branches"),
        ("dish", "dishes"),
        ("course", "courses"),
        ("movie", "movies"),
        ("class", "classes"),
    ),
    *(("purchase", "purchases"), ("shelf", "shelves"), ("archive", "archives"), ("hero", "heroes")),
    *(("alias", "aliases"), ("cause", "causes"), ("page", "pages"), ("size", "sizes"), ("bus", "buses")),
    *(("index", "indices"), ("series", "series"), ("staff", "staff"), ("database", "databases")),
)


@pytest.mark.parametrize(("one", "many"), PAIRS)
def test_one_and_many(one: str, many: str) -> None:
    assert (singular(many), plural(one)) == (one, many)


@pytest.mark.parametrize("word", ["address", "status", "analysis", "news", "bus", "post", "gas"[:2]])
def test_what_is_no_plural_stays(word: str) -> None:
    assert singular(word) == word


@pytest.mark.parametrize(
    ("table", "one", "many"),
    [
        ("posts", "post", "posts"),
        ("Order Details", "order detail", "order details"),
        ("post_tags", "post tag", "post tags"),
        ("PlaylistTrack", "playlist track", "playlist tracks"),
        ("tblCustomers", "customer", "customers"),
        ("users_addresses", "users address", "users addresses"),
        ("ip_addresses", "IP address", "IP addresses"),
    ],
)
def test_tables_in_words(table: str, one: str, many: str) -> None:
    assert (singular_name(table), plural_name(table)) == (one, many)


@pytest.mark.parametrize(
    ("name", "tables", "text"),
    [
        ("customerid", ("customers",), "Customer ID"),
        ("preferredlocationkey", ("preferred_locations",), "Preferred location key"),
        ("entryid", ("constituents_text_entries",), "Entry ID"),
        ("tmslocationid", ("locations",), "TMS location ID"),
        ("old_customerid", ("customers",), "Old customer ID"),
        ("wikidataid", ("customers",), "Wikidataid"),
        ("customer_id", ("customers",), "Customer ID"),
        ("customerid", (), "Customerid"),
    ],
)
def test_a_key_written_in_one_word_is_parted_where_a_table_is_called_so(
    name: str, tables: tuple[str, ...], text: str
) -> None:
    assert heading(parted(name, tables)) == text


@pytest.mark.parametrize("name", ["release_year", "beginyear", "Year", "postcode", "account_no", "OrderID"])
def test_numbers_that_name_something(name: str) -> None:
    assert is_numbered(name)
    assert not is_numbered(f"{name}_total")
