"""The Vietnamese charsets that Python lacks: VISCII (RFC 1456) and TCVN 5712:1993 (that of ABC fonts, `.VnTime`)."""

import codecs

_VISCII = list(map(chr, range(128))) + list(
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ"
    "ÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡư"
    "àáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)
_TCVN = list(map(chr, range(128))) + list(
    "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ"
    "\u00a0ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴ"
    "ẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịò"
    "ỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"
)
# Both put some capitals where ASCII has controls that no text holds.
for _at, _sign in {2: "Ẳ", 5: "Ẵ", 6: "Ẫ", 20: "Ỷ", 25: "Ỹ", 30: "Ỵ"}.items():
    _VISCII[_at] = _sign
for _at, _sign in {
    1: "Ú", 2: "Ụ", 4: "Ừ", 5: "Ử", 6: "Ữ", 17: "Ứ", 18: "Ự", 19: "Ỳ", 20: "Ỷ", 21: "Ỹ", 22: "Ý", 23: "Ỵ",
}.items():  # fmt: skip
    _TCVN[_at] = _sign

_TABLES = {"viscii": "".join(_VISCII), "tcvn": "".join(_TCVN)}
_NAMES = {
    **dict.fromkeys(("viscii", "csviscii", "viscii1_1_1"), "viscii"),
    **dict.fromkeys(("tcvn", "tcvn3", "tcvn_5712", "tcvn5712", "tcvn5712_1", "x_viet_tcvn5712", "x_viet_tcvn"), "tcvn"),
    **dict.fromkeys(("tcvn_5712_1", "tcvn5712_1_1993", "tcvn_5712_1_1993", "tcvn3_abc", "abc"), "tcvn"),
}  # fmt: skip
NAMES = frozenset(_NAMES)
"""What mails call them, as `encodings.normalize_encoding` spells it, in lower case."""


def _search(name: str) -> codecs.CodecInfo | None:
    known = _NAMES.get(name.replace("-", "_").replace(":", "_").replace(".", "_"))
    if known is None:
        return None
    table = _TABLES[known]
    back = codecs.charmap_build(table)
    return codecs.CodecInfo(
        name=known,
        encode=lambda text, errors="strict": codecs.charmap_encode(text, errors, back),
        decode=lambda data, errors="strict": codecs.charmap_decode(data, errors, table),
    )


codecs.register(_search)
