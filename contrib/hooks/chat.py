#!/usr/bin/env python3
"""Agents' answers go back into a chat: a hook of ticketd for LINE, Zalo, Telegram, or a gateway of your own.

    hooks:
      chat:
        when: [agent_replied]
        query: channel:line,zalo,telegram
        command: [/usr/local/lib/ticketd/chat.py, /etc/ticketd/chat.conf]

The way in is `ticketd new --json -`: what it was given as `handle` ("line:U4af4") is where the answer goes. The file has a
section for each service, and is readable by the daemon's user alone:

    [line]
    url = https://api.line.me/v2/bot/message/push
    header = Authorization: Bearer TOKEN
    body = {"to": "$id", "messages": [{"type": "text", "text": "$text"}]}

    [telegram]
    url = https://api.telegram.org/botTOKEN/sendMessage
    body = {"chat_id": "$id", "text": "$text"}

    [zalo]
    url = https://openapi.zalo.me/v3.0/oa/message/cs
    header = access_token: TOKEN
    body = {"recipient": {"user_id": "$id"}, "message": {"text": "$text"}}
"""

import configparser
import json
import sys
import urllib.error
import urllib.request
from typing import Any

DONE, NEVER, LATER = 0, 65, 75
PASSING = {408, 425, 429}


def filled(shape: Any, values: dict[str, str]) -> Any:
    """The body with its values: put in after the JSON was read, so that no text can change its shape."""
    if isinstance(shape, dict):
        return {key: filled(value, values) for key, value in shape.items()}
    if isinstance(shape, list):
        return [filled(value, values) for value in shape]
    return values.get(shape, shape) if isinstance(shape, str) else shape


def main() -> int:
    told = json.load(sys.stdin)
    settings = configparser.ConfigParser(interpolation=None)
    settings.read(sys.argv[1], "utf-8")
    handles = [a for a in told["customer"]["addresses"] if a.partition(":")[0] in settings]
    if not handles or told["message"] is None:
        print("no handle of a service that is configured")
        return DONE
    service, _, who = handles[0].partition(":")
    section = settings[service]
    body = filled(json.loads(section["body"]), {"$id": who, "$text": told["message"]["text"]})
    headers = {"Content-Type": "application/json"}
    if "header" in section:
        name, _, value = section["header"].partition(":")
        headers[name.strip()] = value.strip()
    request = urllib.request.Request(section["url"], json.dumps(body).encode(), headers)
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
