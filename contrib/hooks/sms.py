#!/usr/bin/env python3
"""An SMS to the customer when a ticket is closed: a hook of ticketd for gateways that take JSON by HTTP.

    hooks:
      sms:
        when: [closed]
        command: [/usr/local/lib/ticketd/sms.py, /etc/ticketd/sms.conf]

The file holds lines `url=`, `token=`, `sender=`; it should be readable by the daemon's user alone. The phone number is the
one of the customer's file (`ticketd customer edit ADDRESS --phone NUMBER`); without one nothing is sent.
"""

import json
import re
import sys
import urllib.error
import urllib.request
from pathlib import Path

TEXTS = {
    "en": "{sender}: your request #{number} is closed. Answer our mail if something is missing.",
    "th": "{sender}: ปิดตั๋ว #{number} แล้ว หากยังไม่เรียบร้อย โปรดตอบอีเมลของเรา",
    "vi": "{sender}: yêu cầu #{number} đã hoàn thành. Nếu còn vướng mắc, xin trả lời thư của chúng tôi.",
}
DONE, NEVER, LATER = 0, 65, 75
PASSING = {408, 425, 429}


def main() -> int:
    told = json.load(sys.stdin)
    lines = Path(sys.argv[1]).read_text("utf-8").splitlines()
    settings = dict(line.split("=", 1) for line in lines if "=" in line)
    ticket, phone = told["ticket"], re.sub(r"[^0-9+]", "", told["customer"]["phone"])
    if not phone or ticket["close_reason"] == "spam":
        print("no phone number" if not phone else "spam")
        return DONE
    text = TEXTS.get(ticket["language"], TEXTS["en"])
    text = text.format(number=ticket["number"], sender=settings.get("sender", ""))
    # The gateway sends one of an id once, however often it is asked.
    message = {"id": told["id"], "to": phone, "from": settings.get("sender", ""), "text": text}
    request = urllib.request.Request(
        settings["url"],
        json.dumps(message).encode(),
        {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {settings.get('token', '')}",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=8) as response:
            print(response.status)
    except urllib.error.HTTPError as error:
        print(error, file=sys.stderr)
        return NEVER if error.code < 500 and error.code not in PASSING else LATER
    except OSError as error:
        print(error, file=sys.stderr)
        return LATER
    return DONE


if __name__ == "__main__":
    sys.exit(main())
