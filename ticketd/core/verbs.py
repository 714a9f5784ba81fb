"""The one vocabulary of agents' commands: verbs, their other names, who needs what, one line of help each.

English, Thai and Vietnamese; a table, read by mail and by the documents.
"""

from dataclasses import dataclass
from enum import StrEnum


class Takes(StrEnum):
    """What stands behind a verb on its line."""

    NOTHING = ""
    WORD = "word"
    WORDS = "words"
    OPTIONAL = "optional"
    """A word or none."""


class Group(StrEnum):
    """The order of the help."""

    SPEECH = "speech"
    STATE = "state"
    PEOPLE = "people"
    FIELDS = "fields"
    STRUCTURE = "structure"
    ASK = "ask"
    SELF = "self"


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: what it takes, how it is called in other languages, and what it does, in a few words."""

    name: str
    group: Group
    takes: Takes
    usage: str
    others: tuple[str, ...]
    """Thai and Vietnamese names; Vietnamese ones are understood without their marks too."""
    help: tuple[str, str, str]
    """English, Thai, Vietnamese."""
    expands: str = ""
    """A short name for another command: `#ด่วน` is `#priority urgent`."""


_G, _T = Group, Takes
VERBS: tuple[Verb, ...] = (
    Verb("reply", _G.SPEECH, _T.NOTHING, "#reply", ("ตอบ", "trảlời"),
         ("the text goes to the customer", "ส่งข้อความถึงลูกค้า", "gửi nội dung cho khách")),
    Verb("note", _G.SPEECH, _T.NOTHING, "#note", ("บันทึก", "ghichú"),
         ("the text stays inside", "เก็บข้อความไว้ภายใน", "giữ nội dung trong nội bộ")),
    Verb("canned", _G.SPEECH, _T.WORDS, "#canned name [key=value]", ("สำเร็จรูป", "mẫu"),
         ("a canned reply, above the text", "ตอบด้วยข้อความสำเร็จรูป", "trả lời theo mẫu")),
    Verb("kb", _G.SPEECH, _T.WORD, "#kb slug", ("คลังความรู้", "kiếnthức"),
         ("an article of the knowledge base, above the text", "ส่งบทความจากคลังความรู้", "gửi bài trong kho kiến thức")),
    Verb("forward", _G.SPEECH, _T.WORD, "#forward a@b", ("ส่งต่อ", "chuyểntiếp"),
         ("ask somebody outside; the answer stays inside", "ถามบุคคลภายนอก คำตอบเก็บไว้ภายใน",
          "hỏi người ngoài; câu trả lời chỉ lưu nội bộ")),
    Verb("draft", _G.SPEECH, _T.NOTHING, "#draft", ("ร่าง", "nháp"),
         ("keep the text; #send sends it", "เก็บร่างไว้ ส่งด้วย #send", "giữ bản nháp; gửi bằng #send")),
    Verb("preview", _G.SPEECH, _T.NOTHING, "#preview", ("ตัวอย่าง", "xemtrước"),
         ("show what the customer would get; keep it", "ดูสิ่งที่ลูกค้าจะได้รับ และเก็บไว้", "xem thư khách sẽ nhận, và giữ lại")),
    Verb("send", _G.SPEECH, _T.NOTHING, "#send", ("ส่ง", "gửi"),
         ("send what was held or drafted", "ส่งข้อความที่รอหรือที่ร่างไว้", "gửi thư đang giữ hoặc bản nháp")),
    Verb("release", _G.SPEECH, _T.NOTHING, "#release", ("ปล่อย", "chấpnhận"),
         ("accept a customer's mail that was held", "รับอีเมลลูกค้าที่ถูกกักไว้", "nhận thư của khách đang bị giữ")),
    Verb("undo", _G.SPEECH, _T.NOTHING, "#undo", ("เลิกทำ", "hoàntác"),
         ("take your last act back", "ย้อนการกระทำล่าสุดของคุณ", "hủy thao tác gần nhất của bạn")),
    Verb("close", _G.STATE, _T.OPTIONAL, "#close [solved|not-solved|duplicate|spam|no-answer]", ("ปิด", "đóng"),
         ("close, and tell the customer", "ปิดเรื่องและแจ้งลูกค้า", "đóng và báo cho khách")),
    Verb("pending", _G.STATE, _T.WORDS, "#pending [3d | until fri 9:00]", ("รอ", "chờ"),
         ("wait for the customer", "รอลูกค้า", "chờ khách")),
    Verb("snooze", _G.STATE, _T.WORDS, "#snooze 3d", ("เลื่อน", "hoãn"),
         ("put aside until then", "พักไว้จนถึงเวลานั้น", "hoãn đến lúc đó")),
    Verb("open", _G.STATE, _T.NOTHING, "#open", ("เปิด", "mở"),
         ("open; a reply leaves it open", "เปิดไว้ ตอบแล้วก็ยังเปิดอยู่", "để mở; trả lời xong vẫn mở")),
    Verb("reopen", _G.STATE, _T.NOTHING, "#reopen", ("เปิดใหม่", "mởlại"),
         ("open again, and tell the customer", "เปิดอีกครั้งและแจ้งลูกค้า", "mở lại và báo cho khách")),
    Verb("spam", _G.STATE, _T.NOTHING, "#spam", ("สแปม", "rác"),
         ("close as spam; nobody outside hears", "ปิดเป็นสแปม ไม่แจ้งใคร", "đóng như thư rác; không báo ai")),
    Verb("status", _G.STATE, _T.NOTHING, "#status", ("แจ้งสถานะ", "báotìnhtrạng"),
         ("tell the customer how it stands", "แจ้งสถานะให้ลูกค้า", "báo tình trạng cho khách")),
    Verb("remind", _G.STATE, _T.WORDS, "#remind fri", ("เตือน", "nhắc"),
         ("remind me then", "เตือนฉันเมื่อถึงเวลา", "nhắc tôi lúc đó")),
    Verb("take", _G.PEOPLE, _T.NOTHING, "#take", ("รับ", "nhận"),
         ("become its assignee", "รับเรื่องนี้", "nhận yêu cầu này")),
    Verb("assign", _G.PEOPLE, _T.WORD, "#assign bob|none", ("มอบหมาย", "giao"),
         ("give it to an agent", "มอบหมายให้เจ้าหน้าที่", "giao cho nhân viên")),
    Verb("dept", _G.PEOPLE, _T.WORDS, "#dept sales [text]", ("แผนก", "bộphận"),
         ("give it to a department, the text as a note", "ส่งให้แผนก พร้อมบันทึก", "chuyển cho bộ phận, kèm ghi chú")),
    Verb("accept", _G.PEOPLE, _T.NOTHING, "#accept", ("ตกลง", "đồngý"),
         ("say yes to a ticket that you were given", "ตกลงรับเรื่องที่ได้รับมอบ", "nhận yêu cầu được giao")),
    Verb("decline", _G.PEOPLE, _T.NOTHING, "#decline", ("ไม่รับ", "từchối"),
         ("give it back to who gave it", "คืนให้ผู้มอบหมาย", "trả lại người giao")),
    Verb("handback", _G.PEOPLE, _T.NOTHING, "#handback", ("ส่งคืน", "trảvề"),
         ("back to the department that it came from", "ส่งคืนแผนกเดิม", "trả về bộ phận cũ")),
    Verb("cc", _G.PEOPLE, _T.WORDS, "#cc +a@b -c@d", ("สำเนา", "sao"),
         ("who outside takes part", "เพิ่มหรือเอาคนภายนอกออก", "thêm hoặc bớt người ngoài")),
    Verb("follow", _G.PEOPLE, _T.OPTIONAL, "#follow [who]", ("ติดตาม", "theodõi"),
         ("be told of everything", "รับแจ้งทุกอย่าง", "nhận mọi thông báo")),
    Verb("unfollow", _G.PEOPLE, _T.OPTIONAL, "#unfollow [who]", ("เลิกติดตาม", "bỏtheodõi"),
         ("be told no longer", "เลิกรับแจ้ง", "thôi nhận thông báo")),
    Verb("customer", _G.PEOPLE, _T.WORD, "#customer a@b", ("ลูกค้า", "khách"),
         ("whose ticket it is", "เรื่องนี้เป็นของใคร", "yêu cầu này của ai")),
    Verb("priority", _G.FIELDS, _T.WORDS, "#priority low|normal|high|urgent", ("ความสำคัญ", "ưutiên"),
         ("how urgent it is", "ความเร่งด่วน", "mức ưu tiên")),
    Verb("urgent", _G.FIELDS, _T.NOTHING, "#urgent", ("ด่วน", "khẩn"),
         ("priority urgent", "ตั้งความสำคัญเป็นด่วน", "ưu tiên khẩn cấp"), expands="priority urgent"),
    Verb("severity", _G.FIELDS, _T.WORD, "#severity low|medium|high|critical|none", ("ความรุนแรง", "mứcđộ"),
         ("how bad it is", "ระดับความรุนแรงของปัญหา", "mức nghiêm trọng")),
    Verb("tag", _G.FIELDS, _T.WORDS, "#tag +a -b", ("แท็ก", "nhãn"),
         ("add and remove tags", "เพิ่มหรือเอาแท็กออก", "thêm hoặc bỏ nhãn")),
    Verb("due", _G.FIELDS, _T.WORDS, "#due fri 17:00|none", ("กำหนดเสร็จ", "hạn"),
         ("when it shall be done; a reminder comes then", "กำหนดเสร็จ และเตือนเมื่อถึงเวลา",
          "khi nào phải xong; sẽ được nhắc")),
    Verb("time", _G.FIELDS, _T.WORDS, "#time 20m", ("เวลา", "thờigian"),
         ("how long you worked on it", "เวลาที่ใช้ทำงาน", "thời gian đã làm")),
    Verb("title", _G.FIELDS, _T.WORDS, "#title …", ("ชื่อเรื่อง", "tiêuđề"),
         ("a better subject", "ชื่อเรื่องใหม่", "tiêu đề mới")),
    Verb("summary", _G.FIELDS, _T.WORDS, "#summary …", ("สรุป", "tómtắt"),
         ("what it is about, for colleagues", "สรุปให้เพื่อนร่วมงาน", "tóm tắt cho đồng nghiệp")),
    Verb("lang", _G.FIELDS, _T.WORD, "#lang en|th|vi", ("ภาษา", "ngônngữ"),
         ("in which language we write to the customer", "ภาษาที่ใช้กับลูกค้า", "ngôn ngữ viết cho khách")),
    Verb("set", _G.FIELDS, _T.WORDS, "#set field=value", ("ตั้ง", "đặt"),
         ("any field", "กำหนดค่าใด ๆ", "đặt giá trị cho một trường")),
    Verb("link", _G.STRUCTURE, _T.WORD, "#link 45|contract:C-77", ("เชื่อม", "liênkết"),
         ("name another ticket here, or what it refers to elsewhere",
          "เชื่อมกับอีกเรื่อง หรือสิ่งที่อ้างถึงในระบบอื่น",
          "liên kết với yêu cầu khác, hoặc điều được nhắc đến ở nơi khác")),
    Verb("merge", _G.STRUCTURE, _T.WORDS, "#merge 45 [yes|same]", ("รวม", "gộp"),
         ("let this ticket go on as another one; same: of the same person, whose address is remembered",
          "รวมเรื่องนี้เข้ากับอีกเรื่อง; same: คนเดียวกัน จำที่อยู่นี้ไว้",
          "gộp yêu cầu này vào yêu cầu khác; same: cùng một người, ghi nhớ địa chỉ này")),
    Verb("split", _G.STRUCTURE, _T.WORDS, "#split [message] [into 45]", ("แยก", "tách"),
         ("make a ticket of its own of a message, or put it on another one",
          "แยกข้อความเป็นเรื่องใหม่ หรือย้ายไปอีกเรื่อง", "tách một thư thành yêu cầu riêng, hoặc chuyển sang yêu cầu khác")),
    Verb("redact", _G.STRUCTURE, _T.WORDS, "#redact text|cards|file name", ("ลบข้อมูลลับ", "xóamật"),
         ("take a password, card numbers or a file out for good", "ลบรหัสผ่าน เลขบัตร หรือไฟล์ออกถาวร",
          "xóa hẳn mật khẩu, số thẻ hoặc tệp")),
    Verb("new", _G.STRUCTURE, _T.WORD, "#new a@b", ("ใหม่", "mới"),
         ("in a fresh mail: the text is what a customer said, by telephone perhaps",
          "ในอีเมลใหม่: ข้อความคือสิ่งที่ลูกค้าแจ้ง เช่น ทางโทรศัพท์",
          "trong thư mới: nội dung là lời khách, ví dụ qua điện thoại")),
    Verb("to", _G.STRUCTURE, _T.WORD, "#to a@b", ("ถึง", "đến"),
         ("in a fresh mail: write to a customer", "ในอีเมลใหม่: เขียนถึงลูกค้าก่อน", "trong thư mới: viết cho khách")),
    Verb("show", _G.ASK, _T.OPTIONAL, "#show [n]", ("แสดง", "xem"),
         ("the ticket by mail", "ส่งเรื่องมาทางอีเมล", "gửi yêu cầu qua thư")),
    Verb("history", _G.ASK, _T.NOTHING, "#history", ("ประวัติ", "lịchsử"),
         ("what happened to it", "สิ่งที่เกิดขึ้น", "những gì đã xảy ra")),
    Verb("list", _G.ASK, _T.WORDS, "#list mine|open|late|…", ("รายการ", "danhsách"),
         ("tickets by mail", "รายการเรื่องทางอีเมล", "danh sách qua thư")),
    Verb("find", _G.ASK, _T.WORDS, "#find words dept:x", ("ค้นหา", "tìm"),
         ("search", "ค้นหา", "tìm kiếm")),
    Verb("report", _G.ASK, _T.WORDS, "#report [summary|agents|…] week", ("รายงาน", "báocáo"),
         ("figures by mail", "ส่งตัวเลขทางอีเมล", "gửi số liệu qua thư")),
    Verb("help", _G.ASK, _T.OPTIONAL, "#help [verb]", ("ช่วย", "giúp"),
         ("this list", "รายการนี้", "danh sách này")),
    Verb("away", _G.SELF, _T.WORDS, "#away until mon [deputy bob]", ("ลา", "vắng"),
         ("a deputy gets your mails until then", "ผู้แทนรับอีเมลของคุณถึงเวลานั้น", "người khác nhận thư thay bạn đến lúc đó")),
    Verb("back", _G.SELF, _T.NOTHING, "#back", ("กลับมา", "vềlại"),
         ("I am back", "กลับมาแล้ว", "tôi đã trở lại")),
    Verb("digest", _G.SELF, _T.WORDS, "#digest 8:00|weekday 8:00|off", ("รายวัน", "điểmtin"),
         ("when the digest of my day comes, or that it does not", "เวลาที่สรุปรายวันมาถึง หรือไม่ต้องส่ง",
          "giờ gửi thư tổng hợp hằng ngày, hoặc không gửi")),
)  # fmt: skip
"""Each has a line in docs/agents.md; a test compares them."""

BY_NAME = {verb.name: verb for verb in VERBS}
