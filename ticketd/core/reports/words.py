"""How keys of reports are called in English, Thai and Vietnamese."""

_TABLE = """
#summary | Summary | สรุป | Tổng quan
#response | How fast we answer | ความเร็วในการตอบ | Tốc độ trả lời
#sla | Promises | ข้อตกลงระดับบริการ | Cam kết
#agents | Agents | เจ้าหน้าที่ | Nhân viên
#departments | Departments | แผนก | Bộ phận
#tags | Topics | หัวข้อ | Chủ đề
#channels | Channels | ช่องทาง | Kênh liên hệ
#hours | Busy hours | ช่วงเวลาที่มีงานมาก | Giờ cao điểm
#ratings | Ratings | คะแนนความพึงพอใจ | Đánh giá
#texts | Canned replies and articles | ข้อความสำเร็จรูปและบทความ | Mẫu trả lời và bài viết
#severe | Severe tickets | เรื่องร้ายแรง | Yêu cầu nghiêm trọng
#forgotten | Forgotten tickets | เรื่องที่ถูกลืม | Yêu cầu bị bỏ quên
#trend | Trend | แนวโน้ม | Xu hướng
#machines | Storms and muted addresses | อีเมลจากเครื่องและที่อยู่ที่ถูกปิดเสียง | Thư dồn dập và địa chỉ bị tắt tiếng
#day | Your day | วันของคุณ | Ngày của bạn
report | Report | รายงาน | Báo cáo
compared | compared with the time before | เทียบกับช่วงก่อนหน้า | so với kỳ trước
nothing | Nothing happened. | ไม่มีรายการ | Không có gì.
agents | Agents | เจ้าหน้าที่ | Nhân viên
tags | Topics | หัวข้อ | Chủ đề
channels | Channels | ช่องทาง | Kênh liên hệ
hours | by hour | ตามชั่วโมง | theo giờ
figure | figure | รายการ | chỉ số
value | now | ช่วงนี้ | kỳ này
before | before | ก่อนหน้า | kỳ trước
change | change | เปลี่ยนแปลง | thay đổi
opened | opened | เปิดใหม่ | mới mở
closed | closed | ปิดแล้ว | đã đóng
close_rate | close rate | อัตราปิด | tỷ lệ đóng
reopened | reopened | เปิดซ้ำ | mở lại
backlog | open at the end | คงค้าง | còn tồn
answered | answered | ตอบแล้ว | đã trả lời
unanswered | not answered | ยังไม่ตอบ | chưa trả lời
first_reply_median | first reply | ตอบครั้งแรก | trả lời đầu
first_reply_p90 | first reply, 9 of 10 | ตอบครั้งแรก 9 ใน 10 | trả lời đầu, 9/10
every_reply_median | every reply | ทุกคำตอบ | mọi trả lời
every_reply_p90 | every reply, 9 of 10 | ทุกคำตอบ 9 ใน 10 | mọi trả lời, 9/10
reply_median | every reply | ทุกคำตอบ | mọi trả lời
resolution_median | solution | เวลาแก้ไข | giải quyết
resolution_p90 | solution, 9 of 10 | เวลาแก้ไข 9 ใน 10 | giải quyết, 9/10
waiting_median | customers' waiting | ลูกค้ารอ | khách chờ
waiting_p90 | customers' waiting, 9 of 10 | ลูกค้ารอ 9 ใน 10 | khách chờ, 9/10
service_median | service | เวลาให้บริการ | phục vụ
service_p90 | service, 9 of 10 | เวลาให้บริการ 9 ใน 10 | phục vụ, 9/10
sla_met | promises kept | ทำได้ตามข้อตกลง | đúng cam kết
sla_first_reply | first reply in time | ตอบครั้งแรกทันกำหนด | trả lời đầu đúng hạn
sla_next_reply | next reply in time | ตอบครั้งต่อไปทันกำหนด | trả lời tiếp đúng hạn
sla_resolution | solved in time | แก้ไขทันกำหนด | giải quyết đúng hạn
sla_missed | promises missed | เกินกำหนด | trễ hạn
promises | promises | ข้อตกลง | cam kết
missed | Missed | เกินกำหนด | Trễ hạn
target | promise | ข้อตกลง | cam kết
due | due | กำหนด | hạn
first_reply | first reply | ตอบครั้งแรก | trả lời đầu
next_reply | next reply | ตอบครั้งต่อไป | trả lời tiếp
resolution | solution | แก้ไข | giải quyết
first_reply_business_median | first reply, working time | ตอบครั้งแรก (เวลาทำการ) | trả lời đầu, giờ làm
first_reply_business_p90 | first reply, working time, 9 of 10 | ตอบครั้งแรก (เวลาทำการ) 9/10 | trả lời đầu, giờ làm, 9/10
every_reply_business_median | every reply, working time | ทุกคำตอบ (เวลาทำการ) | mọi trả lời, giờ làm
every_reply_business_p90 | every reply, working time, 9 of 10 | ทุกคำตอบ (เวลาทำการ) 9/10 | mọi trả lời, giờ làm, 9/10
resolution_business_median | solution, working time | เวลาแก้ไข (เวลาทำการ) | giải quyết, giờ làm
resolution_business_p90 | solution, working time, 9 of 10 | เวลาแก้ไข (เวลาทำการ) 9/10 | giải quyết, giờ làm, 9/10
rating | rating | คะแนน | điểm
ratings | ratings | จำนวนคะแนน | lượt đánh giá
rated_share | closed and rated | ปิดแล้วได้คะแนน | có đánh giá
low_ratings | low (1, 2) | คะแนนต่ำ (1, 2) | điểm thấp (1, 2)
delivery_failures | mails not delivered | ส่งอีเมลไม่ถึง | thư không đến
answers | answers | คำตอบ | trả lời
day | day | วัน | ngày
severe | severe | ร้ายแรง | nghiêm trọng
within | within | ภายใน | trong vòng
under_15m | 15 minutes | 15 นาที | 15 phút
under_1h | 1 hour | 1 ชั่วโมง | 1 giờ
under_4h | 4 hours | 4 ชั่วโมง | 4 giờ
under_1d | 1 day | 1 วัน | 1 ngày
under_3d | 3 days | 3 วัน | 3 ngày
longer | longer | นานกว่านั้น | lâu hơn
share | share | สัดส่วน | tỷ lệ
opened_before | before | ก่อนหน้า | kỳ trước
growth | growth | เติบโต | tăng
texts_used | Texts | ข้อความ | Bài
text | text | ข้อความ | bài
use | use | การใช้ | cách dùng
used | used | ใช้ | đã dùng
used_before | before | ก่อนหน้า | kỳ trước
reply_share | of all replies | ของคำตอบทั้งหมด | trên mọi trả lời
canned | canned reply | ข้อความสำเร็จรูป | mẫu trả lời
kb | article | บทความ | bài viết
suggested | suggested | แนะนำ | gợi ý
solved | solved it | แก้ปัญหาได้ | giải quyết được
used_canned | canned replies sent | ส่งข้อความสำเร็จรูป | mẫu trả lời đã gửi
used_kb | articles sent | ส่งบทความ | bài viết đã gửi
used_suggested | articles suggested | แนะนำบทความ | bài viết đã gợi ý
used_solved | solved by an article | แก้ได้ด้วยบทความ | tự giải quyết nhờ bài viết
solved_share | solved, of suggested | แก้ได้ จากที่แนะนำ | giải quyết được / gợi ý
rank | rank | อันดับ | hạng
agent | agent | เจ้าหน้าที่ | nhân viên
department | department | แผนก | bộ phận
tag | topic | หัวข้อ | chủ đề
channel | channel | ช่องทาง | kênh
priority | priority | ความสำคัญ | ưu tiên
severity | severity | ความรุนแรง | mức độ
status | status | สถานะ | trạng thái
language | language | ภาษา | ngôn ngữ
customer | customer | ลูกค้า | khách hàng
organisation | organisation | องค์กร | tổ chức
replies | replies | คำตอบ | trả lời
involved | involved | มีส่วนร่วม | tham gia
slow_first_replies | slow first | ตอบแรกช้า | trả lời chậm
reopened_share | came back | ถูกเปิดซ้ำ | bị mở lại
active_hours | hours active | ชั่วโมงทำงาน | giờ hoạt động
score | score | คะแนน | điểm
comment | comment | ความเห็น | nhận xét
comments | What people say | ความเห็นลูกค้า | Khách nói gì
scores | Scores | การกระจายคะแนน | Phân bố điểm
at | at | เมื่อ | lúc
ticket | ticket | เรื่อง | yêu cầu
tickets | Tickets | รายการ | Danh sách
subject | subject | หัวเรื่อง | tiêu đề
opened_at | opened | เปิดเมื่อ | mở lúc
customers_wrote_at | customers write | ลูกค้าเขียนมา | khách viết
closed_at | closed | ปิดเมื่อ | đóng lúc
waiting | waits since | รอมาแล้ว | đã chờ
untouched_for | untouched | ไม่มีความเคลื่อนไหว | không đụng đến
why | why | เหตุผล | lý do
untouched | untouched | ไม่มีความเคลื่อนไหว | không đụng đến
unassigned | nobody's | ไม่มีผู้รับผิดชอบ | chưa ai nhận
critical | critical | วิกฤต | nghiêm trọng nhất
severe_open | still open | ยังไม่ปิด | còn mở
severe_share | share of all | สัดส่วนทั้งหมด | tỷ lệ trên tổng
waiting_for_me | waiting for you | รอคุณตอบ | đang chờ bạn
automatic | mails of machines, on no ticket | อีเมลอัตโนมัติที่ไม่อยู่ในเรื่องใด | thư tự động, không thuộc yêu cầu nào
mine_open | yours, not closed | ของคุณที่ยังไม่ปิด | của bạn, chưa đóng
mine | Your tickets | เรื่องของคุณ | Yêu cầu của bạn
per_day | per day | รายวัน | theo ngày
per_week | per week | รายสัปดาห์ | theo tuần
per_month | per month | รายเดือน | theo tháng
every_day | Day by day | รายวัน | Từng ngày
every_week | Week by week | รายสัปดาห์ | Từng tuần
every_month | Month by month | รายเดือน | Từng tháng
week | week of | สัปดาห์ | tuần
month | month of | เดือน | tháng
first_reply_within | First replies within | ตอบครั้งแรกภายใน | Trả lời đầu trong vòng
ratings_by_agent | By agent | ตามเจ้าหน้าที่ | Theo nhân viên
ratings_by_department | By department | ตามแผนก | Theo bộ phận
new | new | ใหม่ | mới
open | open | เปิดอยู่ | đang mở
pending | pending | รอลูกค้า | chờ khách
low | low | ต่ำ | thấp
normal | normal | ปกติ | bình thường
medium | medium | ปานกลาง | trung bình
high | high | สูง | cao
urgent | urgent | ด่วน | khẩn cấp
weekdays | Mon Tue Wed Thu Fri Sat Sun | จ. อ. พ. พฤ. ศ. ส. อา. | T2 T3 T4 T5 T6 T7 CN
most | most | มากที่สุด | nhiều nhất
by | by | ตาม | theo
unit_d | d | วัน | ng
unit_h | h | ชม | g
unit_m | m | น | ph
unit_s | s | วิ | gi
storms | storms | อีเมลถล่ม | đợt thư dồn dập
muted | muted | ปิดเสียง | bị tắt tiếng
storm_began | storm of one address | อีเมลถล่มจากที่อยู่เดียว | thư dồn dập từ một địa chỉ
crowd_began | very many at once | มีเรื่องเข้ามากผิดปกติ | quá nhiều cùng lúc
noise | What the desk did | สิ่งที่ระบบทำ | Hệ thống đã làm
who | who | ใคร | ai
more_than | more than | มากกว่า | hơn
stop | No more of these mails | ไม่รับรายงานนี้อีก | Thôi nhận báo cáo này
write_to | Commands about a ticket go to its address | ส่งคำสั่งของแต่ละเรื่องไปที่ | Gửi lệnh cho từng yêu cầu đến
attached | The numbers are attached as CSV. | แนบตัวเลขเป็นไฟล์ CSV แล้ว | Số liệu đính kèm dạng CSV.
"""
_COLUMNS = ("en", "th", "vi")
_WORDS = {
    cells[0]: dict(zip(_COLUMNS, cells[1:], strict=True))
    for line in _TABLE.strip().splitlines()
    if (cells := [cell.strip() for cell in line.split("|")])
}


def called(key: str, language: str = "en") -> str:
    """The words for a key, for a section's title with # in front; made from the key where there are none."""
    words = _WORDS.get(key)
    if words is None:
        group = key.removeprefix("by_")
        if group != key:
            return f"{called('by', language).capitalize()} {called(group, language)}"
        return key.replace("_", " ")
    return words.get(language) or words["en"]


def weekdays(language: str) -> list[str]:
    """Seven short names, from Monday."""
    return called("weekdays", language).split()
