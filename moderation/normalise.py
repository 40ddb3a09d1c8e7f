"""One readable form for text that hides: look-alike letters, invisible characters, spacing, leetspeak, encodings.

`normalise` gives the plain form and is idempotent; `readings` gives every form the word rules are matched against.
The table of look-alikes is a compact one of our own after the idea of Unicode UTS #39 (confusables).
"""

import base64
import binascii
import codecs
import re
import unicodedata

# Cyrillic, Greek, Armenian, Latin extensions that look like a Latin letter and that NFKD does not reach.
_LOOKALIKES = str.maketrans(
    {
        **dict(zip("авекмнорстухіјѕԁԛԝһӏґѵьɡпг", "abekmhopctyxijsdqwhlrvbgnr", strict=True)),
        **dict(zip("αβεζηικμνορτυχωγκσ", "abeznikmvoptuxwyks", strict=True)),
        **dict(zip("աոսհցօ", "wnuhgo", strict=True)),
        **dict(zip("ıłøđħŧɑɩɪʟɴʀʏʙɢʜᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢⱪƙ", "ilodhtaiilnrybghacdejkmoptuvwzkk", strict=True)),
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
    }
)
_LEET = str.maketrans("013457@$!|€8", "oieastasiieb")
_SPACE = re.compile(r"\s+")
# Letters standing alone, three or more, parted by one separator each: "k i l l", "k.i.l.l", "k-i-l-l".
_SPACED = re.compile(r"(?<!\w)(?:[^\W_][\s._*~\-/,]{1,2}){2,}[^\W_](?!\w)")
_INSIDE = re.compile(r"(?<=[a-z])[._*~\-/|]+(?=[a-z])")
_REPEATED = re.compile(r"([a-z])\1{2,}")
_WORD_WITH_LEET = re.compile(r"\b(?=[\w@$!|€]*[a-z])[\w@$!|€]*[0134578@$!|€][\w@$!|€]*")
_BASE64 = re.compile(r"(?<![\w+/])[A-Za-z0-9+/]{8,400}={0,2}(?![\w+/=])")
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    kept = (c for c in decomposed if unicodedata.category(c) not in {"Mn", "Me", "Cf", "Cc"} or c.isspace())
    return _SPACE.sub(" ", "".join(kept).translate(_LOOKALIKES)).strip()


def normalise(text: str) -> str:
    """The text in lower case, without accents, look-alikes and invisible characters; idempotent."""
    # Folding one character can yield another that folds again; the longest chain in Unicode 15 is three.
    for _ in range(6):
        plain = _plain(text)
        if plain == text:
            break
        text = plain
    return text


def unread_share(text: str) -> float:
    """The share of letters that are no Latin letters even after normalisation, 0 to 1."""
    letters = [c for c in normalise(text) if c.isalpha()]
    return sum(not "a" <= c <= "z" for c in letters) / len(letters) if letters else 0.0


def forbidden_characters(text: str) -> tuple[str, ...]:
    """Code points that no prompt needs: controls other than tab and line end, direction overrides."""
    found = {c for c in text if (unicodedata.category(c) == "Cc" and c not in "\t\n\r") or _OVERRIDES.match(c)}
    found |= {c for c in text if unicodedata.category(c) == "Cs"}
    return tuple(sorted(f"U+{ord(c):04X}" for c in found))


def spellings(text: str) -> tuple[str, ...]:
    """The plain form, and it with figures read as letters, then spaced letters joined; no form twice."""
    found = [normalise(text)]
    found.append(_WORD_WITH_LEET.sub(lambda match: match[0].translate(_LEET), found[0]))
    joined = _SPACED.sub(lambda match: re.sub(r"[\W_]", "", match[0]), found[-1])
    found.append(_INSIDE.sub("", joined))
    return tuple(dict.fromkeys(found))


def readings(text: str) -> tuple[str, ...]:
    """Every form the word rules read, the plain one first, no form twice."""
    found = [*spellings(text)]
    found += [_REPEATED.sub(r"\1", found[-1]), _REPEATED.sub(r"\1\1", found[-1])]
    if _OVERRIDES.search(text):
        found.append(normalise(text[::-1]))
    found.append(codecs.encode(found[0], "rot13"))
    found += _decoded(text)
    return tuple(dict.fromkeys(found))


def _decoded(text: str) -> list[str]:
    found = []
    for match in _BASE64.finditer(text):
        try:
            raw = base64.b64decode(match[0] + "=" * (-len(match[0].rstrip("=")) % 4), validate=False)
            decoded = raw.decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            continue
        if decoded.isprintable() and any(c.isalpha() for c in decoded):
            found.append(normalise(decoded))
    return found
