from __future__ import annotations

import base64
import copy
import io
import json
import logging
import pickle
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from tools.vault import Redaction, Secret

VALUE = "s3cr3t/pass+word=é"


@pytest.mark.parametrize(
    "leak",
    [
        str,
        lambda secret: f"{secret}",
        lambda secret: f"{secret:>20}",
        lambda secret: "%s" % secret,  # noqa: UP031
        "{}".format,
        pickle.dumps,
        copy.copy,
        copy.deepcopy,
        json.dumps,
        list,
        hash,
    ],
)
def test_a_secret_refuses_to_be_turned_into_anything_by_accident(leak):
    with pytest.raises(TypeError):
        leak(Secret(VALUE))


def test_a_secrets_repr_shows_stars_and_it_has_no_dictionary():
    secret = Secret(VALUE)
    assert repr(secret) == repr([secret])[1:-1] == "Secret(****)"
    assert not hasattr(secret, "__dict__")


def test_secrets_compare_by_value_and_with_nothing_else():
    assert Secret(VALUE) == Secret(VALUE.encode())
    assert Secret(VALUE) != Secret(VALUE + "x")
    assert Secret(VALUE) != VALUE
    assert not Secret("")


def test_a_settings_model_may_hold_a_secret_but_not_dump_it():
    class Login(BaseModel):
        user: str
        password: Secret

    login = Login(user="me", password=VALUE)
    assert login.password.text() == VALUE
    assert VALUE not in repr(login)
    with pytest.raises(Exception, match="secret is not printed"):
        login.model_dump_json()
    with pytest.raises(Exception, match="secret is not printed"):
        login.model_dump()


def logged(secret: str, write) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(Redaction([Secret(secret)]))
    logger = logging.Logger("isolated")  # noqa: LOG001 - a registered logger would outlive the test
    logger.addHandler(handler)
    write(logger)
    return stream.getvalue()


@pytest.mark.parametrize(
    "form",
    [
        VALUE,
        base64.b64encode(VALUE.encode()).decode(),
        base64.b64encode(b"user:" + VALUE.encode()).decode(),
        base64.b64encode(b"\0user\0" + VALUE.encode()).decode(),
        base64.urlsafe_b64encode(b"ab" + VALUE.encode() + b"tail").decode(),
        quote(VALUE, safe=""),
        VALUE.encode().hex(),
        json.dumps({"p": VALUE}),
        repr(VALUE),
    ],
)
def test_no_form_of_a_secret_reaches_a_log_line(form):
    line = logged(VALUE, lambda logger: logger.warning("login with %s failed", form))
    assert "****" in line
    assert "login with" in line
    core = form.strip("\"'{}p: =")[4:-4]
    assert core not in line


def test_secrets_in_tracebacks_are_taken_out():
    def write(logger):
        try:
            int(f"bad password {VALUE}")
        except ValueError:
            logger.exception("it broke", stack_info=True)

    line = logged(VALUE, write)
    assert "it broke" in line
    assert "ValueError: invalid literal for int() with base 10: 'bad password ****'" in line
    assert VALUE not in line


def test_a_secret_given_as_an_argument_of_a_log_line_is_withheld():
    line = logged(VALUE, lambda logger: logger.warning("logging in with %s", Secret(VALUE)))
    assert line == "logging in with %s (arguments withheld)\n"


@given(secret=st.text(min_size=4, max_size=40), before=st.binary(max_size=5), after=st.binary(max_size=5))
def test_whatever_stands_around_it_the_base64_form_of_a_secret_is_never_whole(secret, before, after):
    encoded = base64.b64encode(before + secret.encode() + after).decode()
    cleaned = Redaction([Secret(secret)]).clean(encoded)
    if len(secret.encode()) >= 6:
        assert "****" in cleaned
    assert secret not in Redaction([Secret(secret)]).clean(f"x{secret}y")
