"""How mail systems tell that a mail did not arrive: one notice of each, to be filled in.

{to} is whom the mail was for, {us} its reverse-path, {id} its Message-ID, {other} an address behind an alias.
"""

from dataclasses import dataclass

_HEAD = "From: {0}\nTo: {{us}}\nSubject: {1}\nMIME-Version: 1.0\n"
_PLAIN = 'Content-Type: text/plain; charset="{0}"\nContent-Transfer-Encoding: 8bit\n\n'
_BACK = "Received: from desk.example by mx.example; Mon, 2 Nov 2026 10:00:00 +0000\nFrom: Support <support@desk.example>\nTo: {to}\nMessage-ID: {id}\nSubject: [#1] x\n\nHello, write to zoe@else.example.\n"


@dataclass(frozen=True)
class Style:
    """A notice, and what has to be read out of it."""

    text: str
    status: str
    action: str = "failed"
    said: str = ""
    """A part of the reason."""
    recipient: str = "{to}"


def _words(
    author: str, subject: str, body: str, status: str, action: str = "failed", said: str = "",
    charset: str = "utf-8",
) -> Style:  # fmt: skip
    head = _HEAD.format(author, subject) + _PLAIN.format(charset)
    return Style(head + body.replace("BACK", _BACK), status, action, said)


def _report(
    author: str, subject: str, text: str, fields: str, status: str, action: str = "failed",
    said: str = "", recipient: str = "{to}", kind: str = "message/delivery-status",
) -> Style:  # fmt: skip
    head = _HEAD.format(author, subject)
    return Style(
        f'{head}Content-Type: multipart/report; report-type=delivery-status; boundary="B"\n\n--B\n'
        f'Content-Type: text/plain; charset="utf-8"\nContent-Transfer-Encoding: 8bit\n\n{text}\n\n--B\n'
        f"Content-Type: {kind}\n\nReporting-MTA: dns; mx.example\n\n{fields}\n\n--B\n"
        f"Content-Type: message/rfc822\n\n{_BACK}\n--B--\n",
        status, action, said, recipient,
    )  # fmt: skip


_DAEMON = "Mail Delivery Subsystem <MAILER-DAEMON@mx.example>"
_SAID = "550 5.1.1 <{to}>: user unknown"

STYLES: dict[str, Style] = {
    "postfix": _report("MAILER-DAEMON@mx.example (Mail Delivery System)", "Undelivered Mail Returned to Sender",
        "This is the mail system at host mx.example.\n\nI'm sorry to have to inform you that your message could not\nbe delivered to one or more recipients.\n\n"
        "<{to}>: host mail.example[192.0.2.1] said: " + _SAID,
        "Final-Recipient: rfc822; {to}\nOriginal-Recipient: rfc822;{to}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; " + _SAID,
        "5.1.1", said="user unknown"),
    "postfix-late": _report("MAILER-DAEMON@mx.example", "Delayed Mail (still being retried)", "THIS IS A WARNING ONLY. YOU DO NOT NEED TO RESEND YOUR MESSAGE.",
        "Final-Recipient: rfc822; {to}\nAction: delayed\nStatus: 4.4.1\nDiagnostic-Code: X-Postfix; connection timed out", "4.4.1", "delayed", "timed out"),
    "postfix-text": _words("MAILER-DAEMON@mx.example", "Undelivered Mail Returned to Sender",
        "This is the mail system at host mx.example.\n\nYour message could not be delivered. For further assistance, send mail to <postmaster@mx.example>\n\n"
        "<{to}>: host mail.example[192.0.2.1] said: 550 5.2.2 mailbox full (in\n    reply to RCPT TO command)\n\n--- Undelivered message follows ---\nBACK",
        "5.2.2", said="mailbox full"),
    "sendmail": _report(_DAEMON, "Returned mail: see transcript for details",
        "The original message was received at Mon, 2 Nov 2026 10:00:00 GMT\nfrom desk.example [192.0.2.9]\n\n   ----- The following addresses had permanent fatal errors -----\n<{to}>\n"
        "    (reason: 550 5.1.1 <{other}>... User unknown)\n    (expanded from: <{to}>)",
        "Final-Recipient: RFC822; {to}\nX-Actual-Recipient: RFC822; {other}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: SMTP; 550 5.1.1 <{other}>... User unknown", "5.1.1"),
    "sendmail-5": _words(_DAEMON, "Returned mail: User unknown",
        "   ----- Transcript of session follows -----\n... while talking to mail.example.:\n>>> RCPT To:<{to}>\n<<< 550 <{to}>, User Unknown\n550 <{to}>... User unknown\n\n"
        "   ----- Unsent message follows -----\nBACK", "5.1.1"),
    "qmail": _words("MAILER-DAEMON@mx.example", "failure notice",
        "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        "<{to}>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 no such user here\nGiving up on 192.0.2.1.\n\n--- Below this line is a copy of the message.\n\nBACK", "5.1.1", said="no such user"),
    "qmail-expired": _words("MAILER-DAEMON@mx.example", "failure notice",
        "Hi. This is the qmail-send program at mx.example.\n\n<{to}>:\nSorry, I wasn't able to establish an SMTP connection. (#4.4.1)\n"
        "I'm not going to try again; this message has been in the queue too long.\n\n--- Below this line is a copy of the message.\n\nBACK", "4.4.1"),
    "exim": _words("Mail Delivery System <Mailer-Daemon@mx.example>\nX-Failed-Recipients: {to}", "Mail delivery failed: returning message to sender",
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n"
        "  {to}\n    SMTP error from remote mail server after RCPT TO:<{to}>:\n    host mail.example [192.0.2.1]: 550 5.7.1 blocked by policy\n\n"
        "------ This is a copy of the message, including all the headers. ------\n\nBACK", "5.7.1", said="blocked by policy"),
    "exim-late": _words("Mail Delivery System <Mailer-Daemon@mx.example>", "Warning: message 1abc delayed 24 hours",
        "This message was created automatically by mail delivery software.\nA message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours on the queue on mx.example.\n\n"
        "The message identifier is:     1abc\n\nThe address to which the message has not yet been delivered is:\n\n  {to}\n\n"
        "No action is required on your part. Delivery attempts will continue for\nsome time.", "", "delayed"),
    "opensmtpd": _words("Mailer Daemon <MAILER-DAEMON@mx.example>", "Delivery status notification: error",
        "    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT REPLY to this email.\n\n    An error has occurred while attempting to deliver a message for\n    the following list of recipients:\n\n"
        "{to}: " + _SAID + "\n\n    Below is a copy of the original message:\n\nBACK", "5.1.1"),
    "dragonfly": _words("<MAILER-DAEMON@df.example>", "Mail delivery failed",
        "This is the DragonFly Mail Agent v0.13 at df.example.\n\nThere was an error delivering your mail to <{to}>.\n\nmx.example [192.0.2.25] did not like our RCPT TO:\n"
        "552 5.2.2 <{to}>: Recipient address rejected: Mailbox full\n\nOriginal message follows.\n\nBACK", "5.2.2", said="Mailbox full"),
    "courier": _report("MAILER-DAEMON@mx.example", "NOTICE: mail delivery status.",
        "This is a delivery status notification from mx.example.\n\n<{to}>:\n     550 User unknown.", "Final-Recipient: rfc822; {to}\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 User unknown.", "5.1.1"),
    "exchange": _words("System Administrator <postmaster@corp.example>", "Undeliverable: [#1] x",
        "Your message\n\n  To:      {to}\n  Subject: [#1] x\n  Sent:    Mon, 2 Nov 2026 10:00:00 +0000\n\ndid not reach the following recipient(s):\n\n{to} on Mon, 2 Nov 2026 10:00:01 +0000\n"
        "    The recipient name is not recognized\n\tMSEXCH:IMS:CORP:EX 0 (000C05A6) Unknown Recipient\n", "5.1.1", said="Unknown Recipient"),
    "exchange-online-de": _report("Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@corp.example>", "Unzustellbar: [#1] x",
        "Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:\n\n{to}<mailto:{to}>\nDie eingegebene E-Mail-Adresse konnte nicht gefunden werden.",
        "Final-Recipient: rfc822;{to}\nAction: failed\nStatus: 5.1.10\nDiagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found", "5.1.10", said="RecipientNotFound"),
    "exchange-text-ja": _words("postmaster@corp.example", "配信不能: [#1] x", "次の受信者またはグループへの配信に失敗しました:\n\n{to}\n入力した電子メール アドレスが見つかりませんでした。\n\n"
        "管理者向けの診断情報:\n{to}\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n\n元のメッセージ ヘッダー:\n\nBACK", "5.1.1"),
    "exchange-text-th": _words("postmaster@corp.example", "ไม่สามารถส่งได้: [#1] x", "การนำส่งล้มเหลวไปยังผู้รับหรือกลุ่มต่อไปนี้:\n\n{to}\nไม่พบที่อยู่อีเมลที่คุณป้อน\n\n#550 5.1.1 not found ##\n\nส่วนหัวข้อความดั้งเดิม:\n\nBACK", "5.1.1"),
    "text-vi": _words("mailer-daemon@mail.example", "Thư không gửi được", "Không thể gửi thư của bạn đến người nhận sau:\n\n{to}\nHộp thư đầy (552)\n\n--- Thư gốc ---\nBACK", "5.2.2"),
    "text-fr": _words("postmaster@mail.example", "Non remis : [#1] x", "Votre message n'a pas pu être remis au destinataire suivant :\n\n<{to}>\n    550 5.4.1 accès refusé\n\nMessage d'origine :\nBACK", "5.4.1"),
    "gmail": _report("Mail Delivery Subsystem <mailer-daemon@googlemail.example>\nX-Failed-Recipients: {to}", "Delivery Status Notification (Failure)",
        "** Address not found **\n\nYour message wasn't delivered to {to} because the address couldn't be found.",
        "Final-Recipient: rfc822; {to}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.", "5.1.1", said="does not exist"),
    "yahoo": _words("MAILER-DAEMON@yahoo.example", "Failure Notice", "Sorry, we were unable to deliver your message to the following address.\n\n<{to}>:\n554: 5.4.14 hop count exceeded\n\n--- Below this line is a copy of the message.\n\nBACK", "5.4.14"),
    "zoho": _words("mailer-daemon@mail.zoho.example", "Undelivered Mail Returned to Sender", "This message was created automatically by mail delivery software.\n"
        " A message that you sent could not be delivered to one or more of its recipients. This is a permanent error.\n\n{to} Invalid Address, ERROR_CODE :550, ERROR_CODE :5.2.1 account disabled\n\nReceived:from desk.example\n", "5.2.1", said="account disabled"),
    "amazon-workmail": _report("Mail Delivery System <MAILER-DAEMON@region.amazonses.example>", "Undeliverable: [#1] x", "Technical report:", "Final-Recipient: rfc822;<{to}>\nDiagnostic-Code: smtp; 550 5.1.1 Requested action not taken: mailbox unavailable\nAction: failed\nStatus: 5.1.1", "5.1.1"),
    "domino": _report("Postmaster@corp.example", "DELIVERY FAILURE: User x not listed in Domino Directory", "Your message\n\n  Subject: [#1] x\n\nwas not delivered to:\n\n  {to}\n\nbecause:\n\n  User x not listed in Domino Directory",
        "Final-Recipient: rfc822;{to}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: X-Notes; User x not listed in Domino Directory", "5.1.1"),
    "notes": _words("postmaster@corp.example", "Undeliverable message", "------- Failure Reasons  --------\n\nUser not listed in public Name & Address Book\n{to}\n\n------- Returned Message --------\nBACK", "5.1.1"),
    "gateway-x2": _words("MAILER-DAEMON@gw.example", "Delivery failure", "Message from gw.example.\nUnable to deliver message to the following address(es).\n\n<{to}>:\nThis user doesn't have a gw.example account ({to}) [0]\n\n--- Original message follows.\n\nBACK", "5.1.1"),
    "gateway-x3": _words("Mail Delivery System <MAILER-DAEMON@gw.example>", "Delivery status notification",
        "============================================================================\n      This is an automatically generated Delivery Status Notification.\n\nDelivery to the following recipients failed permanently:\n\n  * {to}\n\n"
        "============================================================================\n                             Technical details:\n\nSMTP:RCPT host 192.0.2.8: 553 5.3.0 <{to}>... No such user here\n\n", "5.3.0"),
    "imail": _words("Postmaster <postmaster@imail.example>", "Undeliverable Mail", "Unknown user: {to}\n\nOriginal message follows.\n\nBACK", "5.1.1"),
    "m-filter": _words("MAILER-DAEMON@filter.example", "failure notice", "以下のメールアドレスへの送信に失敗しました。\n{to}\n\n\n-------server message\n550 5.1.1 unknown user <{to}>\n\n-------SMTP command\nDATA\n\n-------original message\nBACK", "5.1.1"),
    "carrier-jp": _words("Postmaster@carrier.example", "Mail System Error - Returned Mail", "Your mail sent on: Mon, 2 Nov 2026 10:00:00 +0900\n    Could not be delivered to: <{to}>\n    As their mailbox is full.\n\nContent-Type: message/rfc822\n\nBACK", "5.2.2"),
    "messaging-server": _words("Internet Mail Delivery <postmaster@ims.example>", "Delivery Notification: Delivery has failed",
        "This report relates to a message you sent with the following header fields:\n\n  Message-id: {id}\n  Date: Mon, 02 Nov 2026 10:00:00 +0000\n  From: Support <support@desk.example>\n  To: someone@else.example\n\n"
        "Your message cannot be delivered to the following recipients:\n\n  Recipient address: {to}\n  Reason: Remote SMTP server has rejected address\n  Diagnostic code: smtp;550 5.1.1 <{to}>... User Unknown\n", "5.1.1"),
    "mail-marshal": _words("postmaster@mm.example", "Undeliverable Mail: \"[#1] x\"", "Your message:\n   From:    {us}\n   Subject: [#1] x\n\nCould not be delivered because of\n\n550 5.1.1 User unknown\n\nThe following recipients were affected:\n\n    {to}\n", "5.1.1"),
    "gmx": _words("GMX Mailer Daemon <mailer-daemon@gmx.example>", "Mail delivery failed: returning message to sender", "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to\none or more of its recipients. The following addresses\nfailed:\n\n\"{to}\":\nSMTP error from remote server after RCPT command:\nhost: mail.example\n5.1.1 <{to}>... User unknown\n\n--- The header of the original message is following. ---\n\nBACK", "5.1.1"),
    "james": _words("MAILER-DAEMON@james.example", "[BOUNCE]", "Hi. This is the James mail server at james.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\nMessage details:\n  Subject: x\n  MAIL FROM: {us}\n  RCPT TO: {to}\n\nError message below:\n550 - Requested action not taken: no such user here\n", "5.1.1"),
    "x400": _report("postmaster@x400.example", "Delivery failure", "The message could not be delivered to\n\n{to}\n", "Final-Recipient: x400; /C=de/A=x/S=y/\nAction: failed\nStatus: 5.1.1", "5.1.1"),
    "forwarder": _report("MAILER-DAEMON@fwd.example", "Undelivered Mail Returned to Sender", "It did not go well.", "Final-Recipient: rfc822; {other}\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 over quota", "5.2.2", said="over quota", recipient="{other}"),
    "smtputf8": _report("MAILER-DAEMON@mx.example", "Undelivered Mail Returned to Sender", "It did not go well.", "Final-Recipient: utf-8; {to}\nAction: failed\nStatus: 5.6.7", "5.6.7", kind="message/global-delivery-status"),
}  # fmt: skip
