"""HTML of many mail programs: its structure tells what is quoted, also in languages without a table."""

import pytest

from ticketd.mail.html import MAX_HTML, read_html
from ticketd.mail.quotes import new_text

OWN = "The lamp is still red.\n\nPlease send somebody."
TOP = "<div>The lamp is still red.</div><div><br></div><div>Please send somebody.</div>"
TOP_P = (
    '<p class="MsoNormal">The lamp is still red.</p><p class="MsoNormal">Please send somebody.</p>'
)
EPO = "2026-epo-02 alle 10 Ann Lee parolis"
"""An announcement in no language that we know."""
HEAD = "Ard: Ann Lee<br>Yol: lundo, 2 novembro 2026<br>Al: Bo<br>Pri: La lampo<br>"
"""A header block in none."""

PAGES = {
    "gmail": f'<div dir="ltr">{TOP}</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">{EPO} &lt;<a href="mailto:ann@desk.example">ann@desk.example</a>&gt; ...<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"><div>Have you tried?</div></blockquote></div>',
    "gmail, no blockquote": f'{TOP}<div class="gmail_quote">{EPO}<div>Have you tried?</div></div>',
    "gmail, signature": f'<div dir="ltr">{TOP}<br><div><div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature"><b>Bo Berg</b><div>Berg &amp; Sons</div></div></div></div><br><div class="gmail_quote"><div class="gmail_attr">{EPO}</div><blockquote class="gmail_quote">Have you tried?</blockquote></div>',
    "gmail, signature with prefix": f'{TOP}<br clear="all"><br><span class="gmail_signature_prefix">-- </span><br><div class="gmail_signature">Bo Berg</div>',
    "outlook on the web": f'{TOP}<div id="Signature"><p>Bo Berg</p></div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri">{HEAD}</font><div>&nbsp;</div></div><div>Have you tried?</div>',
    "outlook for phones": f'{TOP}<div><br></div><div class="ms-outlook-mobile-signature"><a href="https://aka.ms/o0ukef">Hazte Outlook</a></div><hr><div id="divRplyFwdMsg"><b>Ard:</b> Ann<br><b>Yol:</b> lundo<br><b>Al:</b> Bo<br></div>Have you tried?',
    "outlook, new": f'{TOP}<div class="elementToProof" id="mail-editor-reference-message-container"><div>{HEAD}</div><div>Have you tried?</div></div>',
    "outlook for windows": f"<div class=WordSection1>{TOP_P}<p class=MsoNormal>&nbsp;</p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in'><p class=MsoNormal><b>Ard:</b> Ann Lee<br><b>Yol:</b> lundo<br><b>Al:</b> Bo<br><b>Pri:</b> x</p></div></div><p class=MsoNormal>Have you tried?</p></div>",
    "outlook 2010": f"{TOP_P}<div style='border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p>{HEAD}</p></div><p>Have you tried?</p>",
    "outlook, rewritten": f'{TOP_P}<div style="border-right:none;border-bottom:none;border-left:none;border-top:1pt solid rgb(225, 225, 225);padding:3pt 0cm 0cm"><p>{HEAD}</p></div><p>Have you tried?</p>',
    "outlook, english": f"{TOP_P}<p class=MsoNormal><b>From:</b> Ann Lee &lt;ann@desk.example&gt; <br><b>Sent:</b> Monday, November 2, 2026 10:00 AM<br><b>To:</b> Bo<br><b>Subject:</b> Lamp</p><p>Have you tried?</p>",
    "outlook for macOS": f'{TOP}<span id="OLK_SRC_BODY_SECTION"><div style="font-family:Calibri">{HEAD}</div><div>Have you tried?</div></span>',
    "hotmail": f'{TOP}<div><hr id="stopSpelling">{HEAD}<br>Have you tried?</div>',
    "apple mail": f'{TOP}<div><br><blockquote type="cite"><div>{EPO}:</div><br class="Apple-interchange-newline"><div>Have you tried?</div></blockquote></div><br>',
    "iphone": f'{TOP}<br><div dir="ltr">Sent from my iPhone</div><div dir="ltr"><br><blockquote type="cite">{EPO}:<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">Have you tried?</div></blockquote>',
    "thunderbird": f'<p>The lamp is still red.</p><p>Please send somebody.</p><div class="moz-cite-prefix">{EPO}<br></div><blockquote type="cite" cite="mid:1@desk.example"><p>Have you tried?</p></blockquote><pre class="moz-signature" cols="72">-- \nBo Berg</pre>',
    "roundcube": f'{TOP}<p id="reply-intro">{EPO}</p><blockquote type="cite" style="padding: 0 0.4em; border-left: #1010ff 2px solid">Have you tried?</blockquote>',
    "yahoo": f'<div class="ydp1a2b3c4yahoo-style-wrap">{TOP}</div><div id="ydp5d6e7f8yahoo_quoted_123" class="ydp5d6e7f8yahoo_quoted"><div>{EPO}</div><div>Have you tried?</div></div>',
    "zoho": f'{TOP}<br><div class="zmail_extra_hr" style="border-top: 1px solid #ccc"></div><div class="zmail_extra">---- {EPO} ----<br><blockquote>Have you tried?</blockquote></div>',
    "proton": f'{TOP}<div class="protonmail_signature_block"><div class="protonmail_signature_block-user protonmail_signature_block-empty"></div><div class="protonmail_signature_block-proton">Sendita per Proton</div></div><div class="protonmail_quote">{EPO}<br><br><blockquote class="protonmail_quote" type="cite">Have you tried?</blockquote></div>',
    "samsung": f'{TOP}<div id="composer_signature">Sendita de mia Galaxy</div><div><br></div><div align="left"><p>-------- Original message --------</p></div><div>From: Ann</div><div>Have you tried?</div>',
    "spark": f'<div name="messageBodySection">{TOP}</div><div name="messageSignatureSection"><br>Bo</div><div name="messageReplySection">{EPO}<br><blockquote type="cite">Have you tried?</blockquote></div>',
    "tuta": f'{TOP}<br>{EPO} ann@desk.example:<br><blockquote class="tutanota_quote">Have you tried?</blockquote>',
    "ours": '<p>The lamp is still red.</p><p>Please send somebody.</p><p>Ann wrote on 2 Nov 2026 10:00:</p><blockquote class="ticketd-quote" type="cite">Have you tried?</blockquote>',
    "gmail, english in one line": f'{TOP}<div>On Mon, Nov 2, 2026 at 10:00 AM Ann &lt;<a href="mailto:ann@desk.example">ann@desk.example</a>&gt; wrote:<br></div><div>Have you tried?</div>',
    "a link in the announcement": f'{TOP}<div>On Mon, Nov 2, 2026 at 10:00 AM Ann &lt;<a href="https://mail.example/?to=ann@desk.example">ann@desk.example</a>&gt; wrote:<br></div><div>Have you tried?</div>',
    "desk": f"{TOP}<div>##- Please type your reply above this line -##</div><div>Have you tried?</div>",
}  # fmt: skip


def reply(html: str) -> str:
    page = read_html(html)
    assert len(page.kinds) in {0, page.text.count("\n") + 1}
    return new_text(page.text, page.kinds)


@pytest.mark.parametrize("program", PAGES)
def test_a_programs_quote_goes(program: str) -> None:
    page = PAGES[program]
    assert reply(page).replace("\n\n", "\n") == OWN.replace("\n\n", "\n")
    assert "Have you tried?" in read_html(page).text or "signature with" in program


def test_what_is_nothing_but_a_quote_stays() -> None:
    for page in PAGES.values():
        quote = page.replace(TOP, "").replace(TOP_P, "")
        assert reply(quote).strip()


def test_answers_inside_gmails_box_stay_with_what_they_answer() -> None:
    page = f'<div dir="ltr">See below.</div><div class="gmail_quote"><div class="gmail_attr">{EPO}</div><blockquote class="gmail_quote">Which?</blockquote><div>The first.</div><blockquote class="gmail_quote">Since when?</blockquote><div>Yesterday.</div><blockquote class="gmail_quote">Ann</blockquote></div>'
    lines = [line for line in reply(page).split("\n") if line.strip("> ")]
    assert lines == ["See below.", EPO, "> Which?", "The first.", "> Since when?", "Yesterday."]


def test_an_answer_below_gmails_quote_is_the_text() -> None:
    page = f'<div class="gmail_quote"><div class="gmail_attr">{EPO}</div><blockquote class="gmail_quote">Which?</blockquote><div>The first.</div></div>'
    assert reply(page) == "The first."


def test_gmails_forwarded_mail_is_meant_to_be_read() -> None:
    page = '<div dir="ltr">See below.</div><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>From: <b>Cy</b><br>Date: 2 Nov 2026<br>Subject: Lamp<br>To: Bo<br></div><br><div>It is red.</div></div>'
    assert reply(page) == read_html(page).text


def test_an_indented_text_is_no_quote() -> None:
    page = '<div>It says:</div><blockquote style="margin:0 0 0 40px;border:none;padding:0px"><div>E05</div></blockquote>'
    assert reply(page) == "It says:\n\nE05"


def test_a_line_drawn_by_the_author_is_no_quote() -> None:
    page = "<p>Two things.</p><div style='border-top:solid #E1E1E1 1.0pt'><p>The lamp is red.</p></div><p>Note: it blinks.</p>"
    assert reply(page) == read_html(page).text


def test_a_signature_that_holds_a_whole_letter_stays() -> None:
    lines = "".join(f"<p>line {n}</p>" for n in range(12))
    page = f'<p>Hello,</p><div class="gmail_signature">{lines}</div>'
    assert reply(page) == read_html(page).text
    assert reply('<div class="gmail_signature">Bo</div>') == "Bo"
    assert reply('<div class="gmail_signature">Bo</div><p>below</p>') == "Bo\n\nbelow"


@pytest.mark.parametrize(("html", "text"), [
    ("<p>a</p><p hidden>no</p>", "a"), ("<pre>a <b>b\n  c</b></pre>", "a b\n  c"), ('<a href="https://x.example/"><b>x</b> y</a>', "x y <https://x.example/>"),
    ('<a href="https://x.example/">https://x.example</a>', "https://x.example"), ('<a href="https://x.example/"><img src="https://x.example/1.png"></a>z', "z"),
    ("a<br><br><br><br>b", "a\n\nb"), ("<blockquote>a<blockquote>b</blockquote></blockquote>c", "> a\n>\n> > b\n>\nc"),
])  # fmt: skip
def test_the_text_of_a_page(html: str, text: str) -> None:
    assert read_html(html).text == text


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 3000 + "end",
        "<b>" * 500 + "<p>x" * 500 + "end",
        f"<a {'x ' * 9000}>end</a>",
        "<!--" * 9000 + "end",
    ],
)
def test_a_page_whose_tree_would_grow_is_read_without_one(html: str) -> None:
    page = read_html(html)
    assert page.kinds == ""
    assert "end" in page.text or html.startswith("<!--")


def test_a_page_that_is_too_long_says_so() -> None:
    assert read_html("x" * (MAX_HTML + 1)).is_truncated
    assert not read_html("<p>x</p>" * 300).is_truncated
