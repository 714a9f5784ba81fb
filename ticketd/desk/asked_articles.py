"""Answers a customer's mail that asks for nothing but articles (`kb printer jam`); no ticket is opened."""

from collections.abc import Sequence

from ticketd.core.addresses import Department
from ticketd.core.customer_words import ARTICLES, PRESS_SEND, asked_article, comment_in
from ticketd.core.fitting import answering
from ticketd.core.inbound import Mailbox
from ticketd.core.links import mailto
from ticketd.core.texts import Article
from ticketd.core.trust import Trust
from ticketd.desk import post
from ticketd.desk.acks import answer_without_ticket
from ticketd.desk.arrive import Arrival, Read
from ticketd.desk.language import language_for
from ticketd.desk.screening import why_kept
from ticketd.desk.texts import article_body
from ticketd.mail.markup import link
from ticketd.mail.quotes import says_nothing
from ticketd.store import texts as stored

MOST = 5
"""Titles in one answer."""


def tell_articles(arrival: Arrival) -> str:
    """Send the public articles that fit, or word that none does: what was done, empty where it is an ordinary mail.

    Where no automatic mail may leave it is an ordinary one, too: an agent reads what we could not answer.
    """
    work, read = arrival.work, arrival.read
    words, homes = _asked(read), read.target.departments
    articles = work.settings.texts.articles
    if (
        not words
        or not homes
        or not any(a.public for a in articles)
        or why_kept(work, read, is_new=True)
    ):
        return ""
    language = language_for(work, homes[0], read.mail.author.address, words)
    found = answering(articles, words, language, homes[0], MOST)
    home = work.settings.department(homes[0])
    why = answer_without_ticket(
        work, arrival.new_mail(), lambda: _send(arrival, home, found, language)
    )
    if why:
        return ""
    if found:
        stored.use(work.session, "asked", found[0].name, None, work.act, work.now)
    return f"asks for articles: {', '.join(a.name for a in found) or 'none fits'}"


def _asked(read: Read) -> str:
    """The words of a mail that is nothing else: no text, no file, no doubt whose it is."""
    mail = read.mail
    words = asked_article(mail.subject)
    if not words or mail.attachments or mail.truncated:
        return ""
    if read.trust is Trust.FAIL or mail.author_is_ambiguous:
        return ""
    return words if says_nothing(comment_in(mail.text)) else ""


def _send(arrival: Arrival, home: Department, found: Sequence[Article], language: str) -> None:
    """Nothing of what the author chose stands in it: a forged address gets public articles, and no forger's words."""
    work, mail = arrival.work, arrival.read.mail
    word = ARTICLES.get(language, ARTICLES["en"])
    press = PRESS_SEND.get(language, PRESS_SEND["en"])
    values = {
        "text": article_body(found[0]) if found else "",
        "others": [link(a.title, mailto(home.address, f"{word} {a.title}", press)) for a in found[1:]],
        "word": word,
        "public": home.address,
        "department": home.name,
        "company": work.settings.name,
        "tag": "",
        "subject": "",
    }  # fmt: skip
    letter = post.Mail(
        kind="ack",
        subject=found[0].title if found else home.name,
        body=work.desk.renderer.render("articles", language, values),
        author=Mailbox(home.name, home.address),
        reply_to=home.address,
    )
    reader = post.Reader(Mailbox("", mail.author.address), "customer", mail.message_id)
    post.put_bare(work, letter, reader)
