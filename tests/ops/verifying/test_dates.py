"""A clock that is wrong: this machine's, that of a certificate's authority, or the one that stamped a signature."""

import datetime as dt
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from ops.credentials.chain import Chain, Trust
from ops.credentials.reading import CredentialsReport, State
from ops.verifying.dates import disagreeing
from ops.verifying.report import Source, VerifyReport
from tests.ops.credentials.test_timestamps import Authority
from tests.ops.verifying.conftest import CLIP, House, read, write
from tests.ops.verifying.test_certificates import DAY, NOW, chain_in_force, house_of, new_keys


def encoded(chain: Chain) -> bytes:
    return x509.load_pem_x509_certificate(chain.certificates.encode()).public_bytes(serialization.Encoding.DER)


def as_if_signed(house: House, folder: Path, start: dt.datetime, end: dt.datetime) -> tuple[House, Path]:
    """A published film whose certificate is in force between moments that need not hold now, and its house.

    The clock that c2pa reads cannot be turned, so the certificate is: the film is signed under one that is in force,
    which then makes way for another of the same key and length, and its key signs anew what it signed.
    """
    keys = new_keys()
    now_ = chain_in_force(NOW - DAY, NOW + DAY, keys)
    then = chain_in_force(start, end, keys)
    while len(encoded(then)) != len(encoded(now_)):  # a signature's length varies by a byte or two
        then = chain_in_force(start, end, keys)
    signed = list[tuple[bytes, bytes]]()

    def sign(data: bytes) -> bytes:
        signed.append((data, now_.sign(data)))
        return signed[-1][1]

    there = house_of(Chain(now_.certificates, now_.root, sign), house, folder)
    file = there.published(there.film(marked=True))
    [(data, signature)] = signed
    old, new = (encoded(now_), signature), (encoded(then), then.sign(data.replace(encoded(now_), encoded(then))))

    def turned(data: bytes) -> bytes:
        assert [data.count(one) for one in old] == [1, 1]
        return data.replace(old[0], new[0]).replace(old[1], new[1])

    file.write_bytes(turned(file.read_bytes()))
    kept, known = there.records.files[CLIP], there.records.known[CLIP]
    assert kept.sidecar is not None
    there.records.files[CLIP] = replace(kept, file=file.read_bytes(), sidecar=turned(kept.sidecar))
    file_sha256 = sha256(file.read_bytes()).hexdigest()
    there.records.known[CLIP] = known.model_copy(update={"file_sha256": file_sha256})
    there.records.trust = Trust(then.root)
    return there, file


NOT_NOW = pytest.mark.parametrize(
    ("start", "end"),
    [(NOW - 90 * DAY, NOW - 2 * DAY), (NOW + 2 * DAY, NOW + 90 * DAY)],
    ids=["this clock is past its end", "this clock is before its start"],
)


def test_a_certificate_that_was_turned_verifies_while_it_is_in_force(house: House, tmp_path: Path) -> None:
    """Or what the next tests see would be their own forgery."""
    there, file = as_if_signed(house, tmp_path, NOW - 90 * DAY, NOW + 90 * DAY)
    assert there.verify(file).verified


@NOT_NOW
def test_a_clock_outside_the_time_of_a_certificate_is_told_in_words(
    house: House, tmp_path: Path, start: dt.datetime, end: dt.datetime
) -> None:
    there, file = as_if_signed(house, tmp_path, start, end)
    report = there.verify(file)
    assert (report.verified, report.clip, report.credentials.state) == (False, CLIP, State.INVALID)
    assert "as it was published here, but not everything about it is confirmed" in report.answer
    assert (
        "Its Content Credentials do not hold by their dates: the certificate that signed it is not in force at 20"
        in (report.answer)
    )
    assert report.answer.endswith("it has expired, or has not begun, or this clock is wrong.")


@NOT_NOW
def test_a_copy_that_its_mark_leads_from_says_so_of_the_stored_manifest(
    house: House, tmp_path: Path, start: dt.datetime, end: dt.datetime
) -> None:
    there, file = as_if_signed(house, tmp_path, start, end)
    copy = tmp_path / "copy.mkv"
    write(copy, *read(file))
    report = there.verify(copy)
    assert (report.verified, report.clip, report.resolved_by) == (False, CLIP, Source.PICTURE)
    assert report.disagreements[0] == f"manifest: the stored manifest of clip {CLIP} is invalid, not trusted"
    assert "do not hold by their dates: the certificate that signed it is not in force at 20" in report.answer


@NOT_NOW
def test_a_strangers_file_with_such_a_certificate_is_not_called_broken(
    house: House, tmp_path: Path, start: dt.datetime, end: dt.datetime
) -> None:
    _, file = as_if_signed(house, tmp_path, start, end)
    house.records.known.clear()
    report = house.verify(file, marks=False)
    assert (report.verified, report.clip) == (False, None)
    assert "Content Credentials of a signer, which do not hold by their dates" in report.answer
    assert "broken" not in report.answer
    data = bytearray(file.read_bytes())
    data[data.index(b"mdat") + 400] ^= 1
    file.write_bytes(data)
    altered = house.verify(file, marks=False)
    assert "Content Credentials that are broken" in altered.answer, "dates excuse nothing else"


def stamped(house: House, folder: Path, moment: dt.datetime, start: dt.datetime, end: dt.datetime) -> VerifyReport:
    """Of a film that an authority stamped at a moment, under a certificate in force between two others."""
    chain = chain_in_force(start, end)
    with Authority(moment=moment) as authority:
        there = house_of(replace(chain, timestamp_url=authority.url), house, folder)
        file = there.published(there.film())
    there.records.trust = Trust(chain.root, authority.root_pem)
    return there.verify(file)


def test_a_time_stamp_from_the_future_is_a_clock_that_is_wrong(house: House, tmp_path: Path) -> None:
    report = stamped(house, tmp_path, NOW + 20 * DAY, NOW - 30 * DAY, NOW + 30 * DAY)
    assert (report.verified, report.credentials.state) == (False, State.TRUSTED)
    (said,) = report.disagreements
    assert said.startswith(
        f"date: its time stamp says {NOW + 20 * DAY:%Y-%m-%d %H:%M} UTC, and by this machine's clock"
    )
    assert report.answer.endswith("this clock or the one that stamped it is wrong.")


def test_a_time_stamp_a_moment_ahead_is_none(house: House, tmp_path: Path) -> None:
    report = stamped(house, tmp_path, dt.datetime.now(dt.UTC) + dt.timedelta(minutes=3), NOW - DAY, NOW + DAY)
    assert (report.verified, report.disagreements) == (True, ())


@pytest.mark.parametrize("days", [-60, 60])
def test_a_time_stamp_outside_the_time_of_its_certificate_is_told(house: House, tmp_path: Path, days: int) -> None:
    moment = NOW + days * DAY
    report = stamped(house, tmp_path, moment, NOW - 30 * DAY, NOW + 30 * DAY)
    assert (report.verified, report.credentials.state) == (False, State.INVALID)
    assert f"its time stamp says {moment:%Y-%m-%d %H:%M} UTC, when the certificate that signed it was not in force" in (
        report.answer
    )


def test_dates_are_not_blamed_where_more_is_wrong() -> None:
    past = (
        "signingCredential.expired: certificate expired",
        "signingCredential.untrusted: signing certificate untrusted",
    )
    assert len(list(disagreeing(CredentialsReport(state=State.INVALID, failures=past)))) == 1
    altered = (*past, "assertion.bmffHash.mismatch: the film was altered")
    assert list(disagreeing(CredentialsReport(state=State.INVALID, failures=altered))) == []
