"""The scanner of DATA against a plain definition of it, at every split of every input."""

from hypothesis import given
from hypothesis import strategies as st

from ticketd.receive.data import DataScanner, hops, normalised

PIECES = st.lists(
    st.sampled_from([b"\r\n", b"\r", b"\n", b".", b"..", b"a", b"\r\n.", b"\r\n.\r\n"]), max_size=12
)


def scanned(blocks: list[bytes]) -> tuple[bytes, DataScanner]:
    scanner, content = DataScanner(), b""
    for at, block in enumerate(blocks):
        content += scanner.feed(block)
        if scanner.ended:
            scanner.rest += b"".join(blocks[at + 1 :])
            break
    return content, scanner


@given(PIECES, st.lists(st.integers(0, 60), max_size=6))
def test_only_crlf_dot_crlf_ends_a_mail_wherever_the_blocks_end(
    pieces: list[bytes], cuts: list[int]
) -> None:
    data = b"".join(pieces) + b"\r\n.\r\nNEXT"
    # By definition: the mail begins at the start of a line, and each line's first dot is transparent.
    body, _, rest = (b"\r\n" + data).partition(b"\r\n.\r\n")
    wanted = (body + b"\r\n").replace(b"\r\n.", b"\r\n")[2:]
    at = sorted({min(c, len(data)) for c in cuts})
    blocks = [data[a:b] for a, b in zip([0, *at], [*at, len(data)], strict=True)]

    content, scanner = scanned(blocks)

    bare = body.replace(b"\r\n", b"")
    if b"\r" in bare or b"\n" in bare:
        assert scanner.bare_line_end
    else:
        assert not scanner.bare_line_end
        assert (content, scanner.rest) == (wanted, rest)


@given(st.binary(max_size=300))
def test_what_a_client_stuffs_comes_out_as_it_was(body: bytes) -> None:
    body = normalised(body.replace(b"\x00", b""))
    body = body if body.endswith(b"\r\n") or not body else body + b"\r\n"
    stuffed = (b"\r\n" + body).replace(b"\r\n.", b"\r\n..")[2:]

    content, scanner = scanned([stuffed[i : i + 7] for i in range(0, len(stuffed), 7)] + [b".\r\n"])

    assert scanner.ended
    assert content == body


def test_memory_is_bounded_by_one_block() -> None:
    scanner = DataScanner()
    for _ in range(1000):
        assert len(scanner.feed(b"x" * 1000)) <= 1010
    for _ in range(1000):
        scanner.feed(b"\r\n" * 500)
    assert not scanner.ended


def test_hops_are_counted_in_the_header_section_alone() -> None:
    head = b"Received: a\r\nX: y\r\nreceived: b\r\n\r\nReceived: c\r\n"
    assert hops(head) == 2


def test_a_flood_of_bare_cr_is_seen_at_once() -> None:
    scanner = DataScanner()
    for _ in range(50):
        scanner.feed(b"\r" * 65536)
        assert scanner.bare_line_end
        assert len(scanner._carry) < 10
