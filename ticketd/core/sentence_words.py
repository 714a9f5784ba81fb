"""What the desk says to agents, besides the templates: each sentence in English, with its Thai and its Vietnamese.

Places in braces are filled by `core.sentences`. A test compares the table with what the code says.
"""

OTHERS: dict[str, tuple[str, str]] = {
    # Views, times and references.
    "a view cannot be turned round; write what -view:{name} means":
        ("มุมมองกลับความหมายไม่ได้ ให้เขียนเงื่อนไขที่ -view:{name} หมายถึง", "không thể phủ định một khung xem; hãy viết rõ điều -view:{name} muốn nói"),
    "there is no view '{name}'; {hint}": ("ไม่มีมุมมอง '{name}' {hint}", "không có khung xem '{name}'; {hint}"),
    "'{name}' is no name for a view; write a-z, 0-9, - and _, a letter first, at most 30 signs":
        ("'{name}' ใช้เป็นชื่อมุมมองไม่ได้ ให้ใช้ a-z, 0-9, - และ _ ขึ้นต้นด้วยตัวอักษร ไม่เกิน 30 ตัว",
         "'{name}' không thể là tên khung xem; hãy dùng a-z, 0-9, - và _, bắt đầu bằng chữ, nhiều nhất 30 ký tự"),
    "there is no column '{word}'; there are {known}": ("ไม่มีคอลัมน์ '{word}' ที่มี: {known}", "không có cột '{word}'; hiện có: {known}"),
    "'{text}' is no time; write 20m, 1h, 1h30m or 1:30, and -20m to mend":
        ("'{text}' ไม่ใช่ระยะเวลา ให้เขียน 20m, 1h, 1h30m หรือ 1:30 และ -20m เพื่อแก้ไข",
         "'{text}' không phải khoảng thời gian; hãy viết 20m, 1h, 1h30m hoặc 1:30, và -20m để sửa"),
    "'{text}' is more than a day, or nothing at all; write it day by day":
        ("'{text}' มากกว่าหนึ่งวันหรือเป็นศูนย์ ให้เขียนทีละวัน", "'{text}' nhiều hơn một ngày, hoặc bằng không; hãy ghi từng ngày"),
    "'{text}' is no reference; write what it is and its name: contract:C-77":
        ("'{text}' ไม่ใช่การอ้างอิง ให้เขียนชนิดและชื่อ: contract:C-77", "'{text}' không phải tham chiếu; hãy viết loại và tên: contract:C-77"),
    "only {minutes} min were spent on #{number}": ("#{number} ใช้เวลาไปเพียง {minutes} นาที", "#{number} mới chỉ tốn {minutes} phút"),
    "{minutes} min in all": ("รวม {minutes} นาที", "tổng cộng {minutes} phút"),
    "#{number} does not refer to {ref}": ("#{number} ไม่ได้อ้างอิงถึง {ref}", "#{number} không tham chiếu đến {ref}"),
    "#{number} refers to {ref} already": ("#{number} อ้างอิงถึง {ref} อยู่แล้ว", "#{number} đã tham chiếu đến {ref}"),
    "#{number} goes on by itself; its customers stay one person":
        ("#{number} แยกไปต่อเอง แต่ลูกค้ายังถือเป็นคนเดียวกัน", "#{number} tiếp tục riêng; các khách hàng vẫn được coi là một người"),
    "the forward": ("การส่งต่อ", "thư chuyển tiếp"),
    "the report": ("รายงาน", "báo cáo"),
    "the hook": ("การแจ้งระบบอื่น", "lệnh gọi hệ thống khác"),
    "refers to {refs}": ("อ้างอิงถึง {refs}", "tham chiếu đến {refs}"),
    # Asking somebody outside.
    "{address} is one of us; write a note, or assign it":
        ("{address} เป็นคนของเรา ให้เขียนบันทึกหรือมอบหมายเรื่อง", "{address} là người của chúng ta; hãy viết ghi chú, hoặc giao việc"),
    "{address} takes part in #{number}; use `reply`": ("{address} อยู่ใน #{number} แล้ว ให้ใช้ `reply`", "{address} đã tham gia #{number}; hãy dùng `reply`"),
    "#{number} has no message {message} that could be shown to others":
        ("#{number} ไม่มีข้อความ {message} ที่แสดงให้ผู้อื่นเห็นได้", "#{number} không có thư {message} nào có thể cho người khác xem"),
    "#{number}: {address} is told nothing: {why}": ("#{number}: ไม่แจ้ง {address}: {why}", "#{number}: không báo gì cho {address}: {why}"),
    "nobody would read it": ("ไม่มีใครอ่าน", "sẽ không có ai đọc"),
    # How a mail is to be written.
    "there are {count} commands in this mail, {most} are read":
        ("อีเมลนี้มี {count} คำสั่ง ระบบอ่านได้ {most} คำสั่ง", "thư này có {count} lệnh, chỉ đọc được {most} lệnh"),
    "there is no command '#{word}'": ("ไม่มีคำสั่ง '#{word}'", "không có lệnh '#{word}'"),
    "there is no command '{word}'; write: 123 close, 123 124 assign bob":
        ("ไม่มีคำสั่ง '{word}' ให้เขียนว่า 123 ปิด หรือ 123 124 มอบหมาย bob",
         "không có lệnh '{word}'; hãy viết: 123 đóng, 123 124 giao bob"),
    "{verb} stands alone on its line": ("{verb} ต้องอยู่คนเดียวในบรรทัด", "{verb} phải đứng một mình trên dòng"),
    "{verb} takes one word: {usage}": ("{verb} ต้องตามด้วยหนึ่งคำ: {usage}", "{verb} cần đúng một từ: {usage}"),
    "{verb} takes one word or none: {usage}":
        ("{verb} ตามด้วยหนึ่งคำหรือไม่มีก็ได้: {usage}", "{verb} cần một từ hoặc không có từ nào: {usage}"),
    "commands stand above the text; write ## for a # of your own":
        ("คำสั่งต้องอยู่เหนือข้อความ หากต้องการเครื่องหมาย # เองให้เขียน ##",
         "lệnh phải đứng trên nội dung; muốn viết dấu # thì viết ##"),
    "{one} and {another} do not go together": ("{one} กับ {another} ใช้ด้วยกันไม่ได้", "{one} và {another} không đi cùng nhau"),
    "{verb} stands alone: without text and other commands":
        ("{verb} ต้องอยู่ลำพัง ไม่มีข้อความหรือคำสั่งอื่น", "{verb} phải đứng một mình: không kèm nội dung hay lệnh khác"),
    "{verb} {words}": ("{verb} {words}", "{verb} {words}"),
    "{verb} needs a text below it": ("{verb} ต้องมีข้อความอยู่ด้านล่าง", "{verb} cần có nội dung bên dưới"),
    "{verb} needs a value": ("{verb} ต้องมีค่าต่อท้าย", "{verb} cần có giá trị phía sau"),
    "there is no text of yours in this mail": ("อีเมลนี้ไม่มีข้อความของคุณ", "thư này không có nội dung nào của bạn"),
    "this mail was told to you alone, so a text could go anywhere: begin with #reply or #note":
        ("อีเมลนี้แจ้งถึงคุณคนเดียว จึงไม่รู้ว่าข้อความจะไปที่ใด ให้ขึ้นต้นด้วย #ตอบ หรือ #บันทึก",
         "thư này chỉ báo cho riêng bạn nên không rõ nội dung gửi cho ai: hãy bắt đầu bằng #trảlời hoặc #ghichú"),
    "#snooze needs a moment: #snooze 3d, #snooze fri 9:00":
        ("#เลื่อน ต้องมีเวลา: #เลื่อน 3d หรือ #เลื่อน ศุกร์ 9:00", "#hoãn cần thời điểm: #hoãn 3d, #hoãn t6 9:00"),
    "'{text}' is no moment; write 3d, 4h, fri, fri 9:00, tomorrow, 2026-12-01 or 2026-12-01 9:00":
        ("'{text}' ไม่ใช่เวลา ให้เขียน 3d, 4h, ศุกร์, ศุกร์ 9:00, พรุ่งนี้, 2026-12-01 หรือ 2026-12-01 9:00",
         "'{text}' không phải thời điểm; hãy viết 3d, 4h, t6, t6 9:00, mai, 2026-12-01 hoặc 2026-12-01 9:00"),
    "{at} is over; name a moment to come": ("{at} ผ่านไปแล้ว ให้ระบุเวลาที่จะมาถึง", "{at} đã qua; hãy chọn một thời điểm sắp tới"),
    "spam gets no answer: take the text away, or #spam":
        ("สแปมไม่มีการตอบกลับ ให้ลบข้อความหรือลบ #สแปม", "thư rác không được trả lời: hãy bỏ nội dung, hoặc bỏ #rác"),
    "it answers several tickets at once ({which}); answer each by a mail of its own":
        ("อีเมลนี้ตอบ {which} พร้อมกัน ให้ตอบแต่ละเรื่องด้วยอีเมลของตัวเอง",
         "thư này trả lời {which} cùng lúc; hãy trả lời mỗi yêu cầu bằng một thư riêng"),
    "it is dated {date}, too long ago to be done now; write it again":
        ("อีเมลลงวันที่ {date} เก่าเกินกว่าจะทำตอนนี้ ให้เขียนใหม่", "thư ghi ngày {date}, đã quá lâu để thực hiện; hãy viết lại"),
    "it waited for longer than 30 minutes; write it again":
        ("รอการยืนยันนานกว่า 30 นาทีแล้ว ให้เขียนใหม่", "đã chờ hơn 30 phút; hãy viết lại"),
    "that was done already": ("ทำไปแล้ว", "việc này đã được thực hiện"),
    "no text of yours waits on #{number}": ("ไม่มีข้อความของคุณที่รออยู่ใน #{number}", "không có nội dung nào của bạn đang chờ ở #{number}"),
    # Mail to the desk address.
    "there is no line of yours in this mail": ("อีเมลนี้ไม่มีบรรทัดของคุณ", "thư này không có dòng nào của bạn"),
    "about which ticket? Write its number first: 123 {verb}":
        ("เรื่องไหน? ให้เขียนหมายเลขก่อน: 123 {verb}", "yêu cầu nào? Hãy viết số trước: 123 {verb}"),
    "write the text behind it: 123 {verb} Hello …": ("ให้เขียนข้อความต่อท้าย: 123 {verb} สวัสดี …", "hãy viết nội dung phía sau: 123 {verb} Chào …"),
    "more than {most} lines; not read": ("เกิน {most} บรรทัด ไม่ได้อ่าน", "hơn {most} dòng; không đọc"),
    "more than {most} tickets in one mail; not done": ("เกิน {most} เรื่องในอีเมลเดียว ไม่ได้ทำ", "hơn {most} yêu cầu trong một thư; không làm"),
    "'{word}' is no span of at most {most} tickets": ("'{word}' ไม่ใช่ช่วงที่มีไม่เกิน {most} เรื่อง", "'{word}' không phải dãy tối đa {most} yêu cầu"),
    "{out}: outside of the limit": ("{out}: อยู่นอกขอบเขตที่กำหนด", "{out}: ngoài giới hạn"),
    "{what} (dry run)": ("{what} (ทดลอง)", "{what} (chạy thử)"),
    "taken back": ("ย้อนกลับแล้ว", "đã hủy"),
    "{verb} begins a fresh mail to a department": ("{verb} ใช้ขึ้นต้นอีเมลใหม่ถึงแผนก", "{verb} dùng để mở đầu một thư mới gửi bộ phận"),
    "a customer's mail, sent on: {address}": ("อีเมลของลูกค้าที่คุณส่งต่อ: {address}", "thư của khách do bạn chuyển tiếp: {address}"),
    # Who may.
    "{agent} is a viewer: may read, and change nothing": ("{agent} เป็นผู้ดู อ่านได้แต่แก้ไขไม่ได้", "{agent} chỉ được xem, không được thay đổi"),
    "{agent} is a viewer: may follow, and make nobody else follow":
        ("{agent} เป็นผู้ดู ติดตามเองได้ แต่ให้ผู้อื่นติดตามไม่ได้", "{agent} chỉ được xem: được theo dõi, không được cho người khác theo dõi"),
    "it belongs to {theirs}, and {agent} neither holds nor follows it":
        ("เรื่องนี้เป็นของ {theirs} และ {agent} ไม่ได้รับผิดชอบหรือติดตาม", "yêu cầu thuộc {theirs}, và {agent} không phụ trách cũng không theo dõi"),
    "#{number}: {why}": ("#{number}: {why}", "#{number}: {why}"),
    "{taken} holds #{number}; #assign {agent} takes it over":
        ("{taken} รับผิดชอบ #{number} อยู่ ใช้ #มอบหมาย {agent} เพื่อรับต่อ", "{taken} đang phụ trách #{number}; dùng #giao {agent} để nhận thay"),
    "{agent} is not away": ("{agent} ไม่ได้ลา", "{agent} không vắng"),
    "'{deputy}' can be nobody's deputy here; there are {known}":
        ("'{deputy}' เป็นผู้แทนไม่ได้ ที่มี: {known}", "'{deputy}' không thể thay ai ở đây; hiện có: {known}"),
    "there is no report '{name}'; there are {known}": ("ไม่มีรายงาน '{name}' ที่มี: {known}", "không có báo cáo '{name}'; hiện có: {known}"),
    "'{text}' is no length of time; write 7d, 4w, 1y or 24h": ("'{text}' ไม่ใช่ช่วงเวลา ให้เขียน 7d, 4w, 1y หรือ 24h", "'{text}' không phải khoảng thời gian; hãy viết 7d, 4w, 1y hoặc 24h"),
    "'{text}' is longer than this desk can be old; write 1y or less": ("'{text}' นานกว่าอายุของระบบ ให้เขียน 1y หรือน้อยกว่า", "'{text}' dài hơn tuổi của hệ thống; hãy viết 1y hoặc ít hơn"),
    "the report comes in a mail of its own": ("รายงานจะมาในอีเมลอีกฉบับ", "báo cáo sẽ đến trong một thư riêng"),
    "no digest comes": ("ไม่มีสรุปรายวันส่งมา", "không có thư tổng hợp hằng ngày"),
    "your digest comes: {every} ({zone})": ("สรุปรายวันของคุณมาเมื่อ: {every} ({zone})", "thư tổng hợp của bạn đến lúc: {every} ({zone})"),
    # What there is, and what is right.
    "there is no ticket #{number}": ("ไม่มีเรื่อง #{number}", "không có yêu cầu #{number}"),
    "'{words}' is no ticket's number": ("'{words}' ไม่ใช่หมายเลขเรื่อง", "'{words}' không phải số yêu cầu"),
    "'{value}' is no number of a ticket": ("'{value}' ไม่ใช่หมายเลขเรื่อง", "'{value}' không phải số yêu cầu"),
    "'{words}' is not understood; write the other ticket's number: #merge 45, #merge 45 yes or #merge 45 same":
        ("ไม่เข้าใจ '{words}' ให้เขียนหมายเลขของอีกเรื่อง: #รวม 45, #รวม 45 yes หรือ #รวม 45 same",
         "không hiểu '{words}'; hãy viết số của yêu cầu kia: #gộp 45, #gộp 45 yes hoặc #gộp 45 same"),
    "'{word}' is not understood; write +tag to add and -tag to remove":
        ("ไม่เข้าใจ '{word}' ให้เขียน +แท็ก เพื่อเพิ่ม และ -แท็ก เพื่อเอาออก", "không hiểu '{word}'; viết +nhãn để thêm, -nhãn để bỏ"),
    "'{word}' is not understood; write key=value": ("ไม่เข้าใจ '{word}' ให้เขียน ชื่อ=ค่า", "không hiểu '{word}'; hãy viết tên=giá trị"),
    "write field=value: #set severity=high": ("ให้เขียน ฟิลด์=ค่า: #ตั้ง severity=high", "hãy viết trường=giá trị: #đặt severity=high"),
    "there is no agent '{name}'; there are {known}": ("ไม่มีเจ้าหน้าที่ '{name}' ที่มี: {known}", "không có nhân viên '{name}'; hiện có: {known}"),
    "there is no agent '{name}'; {hint}": ("ไม่มีเจ้าหน้าที่ '{name}' {hint}", "không có nhân viên '{name}'; {hint}"),
    "there is no department '{name}'; {hint}": ("ไม่มีแผนก '{name}' {hint}", "không có bộ phận '{name}'; {hint}"),
    "there is no field '{name}'; there are {known}": ("ไม่มีฟิลด์ '{name}' ที่มี: {known}", "không có trường '{name}'; hiện có: {known}"),
    "there is no field '{name}:'; {hint}": ("ไม่มีฟิลด์ '{name}:' {hint}", "không có trường '{name}:'; {hint}"),
    "there is no tag '{tag}'; there are {known}": ("ไม่มีแท็ก '{tag}' ที่มี: {known}", "không có nhãn '{tag}'; hiện có: {known}"),
    "there is no {what} '{name}'; there are {known}": ("ไม่มี{what} '{name}' ที่มี: {known}", "không có {what} '{name}'; hiện có: {known}"),
    "the {what} '{name}' is for {theirs}, and this is a ticket of {department}":
        ("{what} '{name}' ใช้กับ {theirs} แต่เรื่องนี้เป็นของ {department}", "{what} '{name}' dành cho {theirs}, còn yêu cầu này thuộc {department}"),
    "canned reply": ("ข้อความสำเร็จรูป", "mẫu trả lời"),
    "article": ("บทความ", "bài viết"),
    "canned reply '{name}': {error}": ("ข้อความสำเร็จรูป '{name}': {error}", "mẫu trả lời '{name}': {error}"),
    "the article '{name}' is internal; #note keeps it inside":
        ("บทความ '{name}' ใช้ภายในเท่านั้น ใช้ #บันทึก เพื่อเก็บไว้ภายใน", "bài viết '{name}' là nội bộ; dùng #ghichú để giữ bên trong"),
    "it needs a name: #canned NAME [key=value]": ("ต้องมีชื่อ: #สำเร็จรูป ชื่อ [ชื่อ=ค่า]", "cần có tên: #mẫu TÊN [tên=giá trị]"),
    "it needs {known}; write {given} behind its name": ("ต้องมี {known} ให้เขียน {given} ต่อท้ายชื่อ", "cần {known}; hãy viết {given} sau tên"),
    "{path} cannot be read: {strerror}": ("อ่าน {path} ไม่ได้: {strerror}", "không đọc được {path}: {strerror}"),
    "'{text}' is no {name}; use one of {known}": ("'{text}' ไม่ใช่{name} ให้ใช้ {known}", "'{text}' không phải {name}; hãy dùng {known}"),
    "'{text}' is no {name}; {hint}": ("'{text}' ไม่ใช่{name} {hint}", "'{text}' không phải {name}; {hint}"),
    "did you mean {near}?": ("คุณหมายถึง {near} หรือไม่?", "ý bạn là {near}?"),
    "there are {known}": ("ที่มี: {known}", "hiện có: {known}"),
    "'{reason}' is no reason; use one of {known}": ("'{reason}' ไม่ใช่เหตุผล ให้ใช้ {known}", "'{reason}' không phải lý do; hãy dùng {known}"),
    "'{text}' is no number; {name} is one, as 12 or 3.5": ("'{text}' ไม่ใช่ตัวเลข {name} ต้องเป็นตัวเลข เช่น 12 หรือ 3.5", "'{text}' không phải số; {name} là số, như 12 hoặc 3.5"),
    "'{text}' is no date; write {name} as 2026-12-31": ("'{text}' ไม่ใช่วันที่ ให้เขียน {name} เช่น 2026-12-31", "'{text}' không phải ngày; hãy viết {name} như 2026-12-31"),
    "'{text}' is neither yes nor no, and {name} is one of them":
        ("'{text}' ไม่ใช่ yes หรือ no แต่ {name} ต้องเป็นอย่างใดอย่างหนึ่ง", "'{text}' không phải yes hay no, mà {name} là một trong hai"),
    "{known}: a ticket has one {name} at a time": ("{known}: เรื่องหนึ่งมี {name} ได้ครั้งละหนึ่ง", "{known}: mỗi yêu cầu chỉ có một {name} cùng lúc"),
    "a tag of {name} ({known})": ("แท็กของ {name} ({known})", "một nhãn của {name} ({known})"),
    "a ticket needs a subject": ("เรื่องต้องมีชื่อเรื่อง", "yêu cầu cần có tiêu đề"),
    "'{text}' holds nothing that can be looked for": ("'{text}' ไม่มีสิ่งที่ค้นหาได้", "'{text}' không có gì để tìm"),
    "'{text}' says nothing; write {field}: and a value": ("'{text}' ไม่มีค่า ให้เขียน {field}: แล้วตามด้วยค่า", "'{text}' chưa có giá trị; hãy viết {field}: rồi giá trị"),
    "'{text}' is no time; write {field}:<3d, {field}:>=2026-11-01 or {field}:today":
        ("'{text}' ไม่ใช่เวลา ให้เขียน {field}:<3d, {field}:>=2026-11-01 หรือ {field}:today",
         "'{text}' không phải thời gian; hãy viết {field}:<3d, {field}:>=2026-11-01 hoặc {field}:today"),
    "'{words}' says no time; write 8:00, mon 8:00, mon,thu 8:00 or weekday 8:00":
        ("'{words}' ไม่ใช่เวลา ให้เขียน 8:00, mon 8:00, mon,thu 8:00 หรือ weekday 8:00",
         "'{words}' không phải giờ; hãy viết 8:00, mon 8:00, mon,thu 8:00 hoặc weekday 8:00"),
    "'{value}' cannot be compared; write {field}:>={rank}": ("เปรียบเทียบ '{value}' ไม่ได้ ให้เขียน {field}:>={rank}", "không so sánh được '{value}'; hãy viết {field}:>={rank}"),
    "nothing can be sorted by '{name}'; there are {known}": ("เรียงตาม '{name}' ไม่ได้ ที่มี: {known}", "không sắp xếp theo '{name}' được; hiện có: {known}"),
    "`sla:` needs targets, and this desk has none configured": ("`sla:` ต้องมีเป้าหมาย แต่ระบบนี้ยังไม่ได้ตั้งไว้", "`sla:` cần mục tiêu, mà hệ thống chưa cấu hình"),
    "`me` is nobody here; use --as AGENT, or set `login` of your agent":
        ("ไม่รู้ว่า `me` คือใคร ให้ใช้ --as AGENT หรือตั้ง `login`", "không rõ `me` là ai; dùng --as AGENT, hoặc đặt `login`"),
    # What a ticket does not allow.
    "#{number} is {assignee}'s already": ("#{number} เป็นของ {assignee} อยู่แล้ว", "#{number} đã là của {assignee}"),
    "#{number} is {status} already": ("#{number} {status}อยู่แล้ว", "#{number} {status} rồi"),
    "#{number} is closed already": ("#{number} ปิดอยู่แล้ว", "#{number} đã đóng rồi"),
    "#{number} is closed; reopen it first": ("#{number} ปิดแล้ว ให้เปิดใหม่ก่อน", "#{number} đã đóng; hãy mở lại trước"),
    "#{number} is closed; reopen it before it can wait": ("#{number} ปิดแล้ว ให้เปิดใหม่ก่อนจึงจะรอได้", "#{number} đã đóng; hãy mở lại trước khi để chờ"),
    "#{number} needs this before it is closed: {known}": ("ก่อนปิด #{number} ต้องมี: {known}", "#{number} cần có trước khi đóng: {known}"),
    "#{number} has no customer address to answer to": ("#{number} ไม่มีที่อยู่ลูกค้าให้ตอบ", "#{number} không có địa chỉ khách để trả lời"),
    "an empty text sends nothing": ("ข้อความว่าง จึงไม่มีอะไรให้ส่ง", "nội dung trống nên không có gì để gửi"),
    "an empty text is no draft": ("ข้อความว่างไม่ใช่ร่าง", "nội dung trống không phải bản nháp"),
    "an empty text waits for nothing": ("ข้อความว่างไม่ต้องรออะไร", "nội dung trống không chờ gì"),
    "an empty text is no note": ("ข้อความว่างไม่ใช่บันทึก", "nội dung trống không phải ghi chú"),
    "an empty text opens no ticket": ("ข้อความว่างเปิดเรื่องไม่ได้", "nội dung trống không mở được yêu cầu"),
    "no mail of #{number} is held": ("ไม่มีอีเมลของ #{number} ที่ถูกกักไว้", "không có thư nào của #{number} bị giữ"),
    "#{number} is this ticket itself": ("#{number} คือเรื่องนี้เอง", "#{number} chính là yêu cầu này"),
    "#{number} is this ticket itself, or was merged into it already":
        ("#{number} คือเรื่องนี้เอง หรือรวมเข้ามาแล้ว", "#{number} chính là yêu cầu này, hoặc đã gộp vào đây"),
    "{who} would take part in #{number} from now on, and get its answers (nothing of what was said before); "
    "say yes to mean that: --yes, or #merge {number} yes":
        ("{who} จะมีส่วนร่วมใน #{number} ตั้งแต่นี้และได้รับคำตอบ (ไม่เห็นสิ่งที่คุยก่อนหน้า) หากตั้งใจ ให้เขียน #รวม {number} yes",
         "{who} sẽ tham gia #{number} từ bây giờ và nhận thư trả lời (không thấy nội dung trước đó); nếu đúng ý, hãy viết #gộp {number} yes"),
    "#{number} has no such message of a customer; there are {known}": ("#{number} ไม่มีข้อความนั้นของลูกค้า ที่มี: {known}", "#{number} không có thư đó của khách; hiện có: {known}"),
    "message {id} is all that #{number} holds; nothing would be left of it":
        ("#{number} มีข้อความ {id} เพียงข้อความเดียว แยกแล้วจะไม่เหลืออะไร", "#{number} chỉ có thư {id}; tách ra sẽ không còn gì"),
    "#{number} waits for nobody's yes of {agent}'s": ("#{number} ไม่ได้รอให้ {agent} ตกลง", "#{number} không chờ {agent} đồng ý"),
    "#{number} was given by nobody; use #assign or #dept": ("ไม่มีใครมอบ #{number} มา ให้ใช้ #มอบหมาย หรือ #แผนก", "#{number} không do ai giao; hãy dùng #giao hoặc #bộphận"),
    "{author} would take part in #{number} from now on; say yes to mean that: --yes, or #split {id} into {number} yes":
        ("{author} จะมีส่วนร่วมใน #{number} ตั้งแต่นี้ หากตั้งใจ ให้เขียน #แยก {id} into {number} yes",
         "{author} sẽ tham gia #{number} từ bây giờ; nếu đúng ý, hãy viết #tách {id} into {number} yes"),
    "#{number} is with {home}, which does not answer customers; write a note, and hand it on: #handback or #dept":
        ("#{number} อยู่กับ {home} ซึ่งไม่ตอบลูกค้า ให้เขียนบันทึกแล้วส่งต่อ: #ส่งคืน หรือ #แผนก",
         "#{number} ở {home}, nơi không trả lời khách; hãy viết ghi chú và chuyển tiếp: #trảvề hoặc #bộphận"),
    "#{number} is with {home}, which closes nothing; hand it on: #handback or #dept":
        ("#{number} อยู่กับ {home} ซึ่งไม่ปิดเรื่อง ให้ส่งต่อ: #ส่งคืน หรือ #แผนก", "#{number} ở {home}, nơi không đóng yêu cầu; hãy chuyển tiếp: #trảvề hoặc #bộphận"),
    "#{number} has no customer address to answer to, and no hook carries answers to {handle}; call, or name the address: #customer a@b":
        ("#{number} ไม่มีที่อยู่ลูกค้าให้ตอบ และไม่มี hook ที่ส่งคำตอบถึง {handle} ให้โทรหา หรือระบุที่อยู่: #ลูกค้า a@b",
         "#{number} không có địa chỉ khách để trả lời, và không hook nào gửi được tới {handle}; hãy gọi, hoặc ghi địa chỉ: #khách a@b"),
    "#{number}: what was redacted is gone, that cannot be taken back": ("#{number}: สิ่งที่ลบไปแล้วย้อนกลับไม่ได้", "#{number}: nội dung đã xóa thì không lấy lại được"),
    "#{number}: it is found nowhere; nothing was done": ("#{number}: ไม่พบที่ใดเลย ไม่ได้ทำอะไร", "#{number}: không tìm thấy ở đâu; chưa làm gì"),
    "name at least {least} signs of what is to go, `cards`, or `file NAME`":
        ("ให้ระบุสิ่งที่จะลบอย่างน้อย {least} ตัวอักษร หรือ `cards` หรือ `file ชื่อ`", "hãy ghi ít nhất {least} ký tự của nội dung cần xóa, `cards`, hoặc `file TÊN`"),
    "which file? Write its name behind it: redact file NAME":
        ("ไฟล์ไหน? ให้เขียนชื่อไฟล์ต่อท้าย: redact file ชื่อ", "tệp nào? Hãy ghi tên tệp ở sau: redact file TÊN"),
    "it is found nowhere": ("ไม่พบที่ใดเลย", "không tìm thấy ở đâu"),
    "cannot be called back, it has left already: {known}": ("เรียกคืนไม่ได้ เพราะส่งออกไปแล้ว: {known}", "không gọi lại được, đã gửi đi: {known}"),
    "not looked into, `file NAME` takes them out: {known}": ("ไม่ได้ตรวจดู ใช้ `file ชื่อ` เพื่อลบ: {known}", "chưa xem bên trong, dùng `file TÊN` để xóa: {known}"),
    "'{words}' is not understood; write #split, #split 881 or #split 881 into 45":
        ("ไม่เข้าใจ '{words}' ให้เขียน #แยก, #แยก 881 หรือ #แยก 881 into 45", "không hiểu '{words}'; hãy viết #tách, #tách 881 hoặc #tách 881 into 45"),
    # People.
    "'{address}' is no mail address": ("'{address}' ไม่ใช่ที่อยู่อีเมล", "'{address}' không phải địa chỉ thư"),
    "{address} is one of us": ("{address} เป็นคนของเรา", "{address} là người của chúng ta"),
    "{address} is one of us; name the customer": ("{address} เป็นคนของเรา ให้ระบุลูกค้า", "{address} là người của chúng ta; hãy ghi địa chỉ khách"),
    "{address} is one of us; a customer is somebody outside":
        ("{address} เป็นคนของเรา ลูกค้าต้องเป็นคนภายนอก", "{address} là người của chúng ta; khách phải là người ngoài"),
    "{address} is an address of ours, nobody would read it":
        ("{address} เป็นที่อยู่ของระบบ จะไม่มีใครอ่าน", "{address} là địa chỉ của hệ thống, sẽ không ai đọc"),
    "{address} is an address of ours; #dept gives the ticket to a department":
        ("{address} เป็นที่อยู่ของระบบ ใช้ #แผนก เพื่อส่งให้แผนก", "{address} là địa chỉ của hệ thống; dùng #bộphận để chuyển cho bộ phận"),
    "{address} is {agent}'s own; #follow tells a colleague":
        ("{address} เป็นของ {agent} ใช้ #ติดตาม เพื่อแจ้งเพื่อนร่วมงาน", "{address} là của {agent}; dùng #theodõi để báo cho đồng nghiệp"),
    "{address} takes part in #{number} already": ("{address} มีส่วนร่วมใน #{number} อยู่แล้ว", "{address} đã tham gia #{number}"),
    "{address} takes no part in #{number}": ("{address} ไม่ได้มีส่วนร่วมใน #{number}", "{address} không tham gia #{number}"),
    "{address} is the customer of #{number}": ("{address} คือลูกค้าของ #{number}", "{address} là khách của #{number}"),
    "{agent} follows #{number} already": ("{agent} ติดตาม #{number} อยู่แล้ว", "{agent} đã theo dõi #{number}"),
    "{agent} does not follow #{number}": ("{agent} ไม่ได้ติดตาม #{number}", "{agent} không theo dõi #{number}"),
    # Taking back.
    "there is nothing of {agent} to take back": ("ไม่มีสิ่งใดของ {agent} ให้ย้อนกลับ", "không có thao tác nào của {agent} để hủy"),
    "there is nothing of {agent} on #{number} to take back": ("ไม่มีสิ่งใดของ {agent} ใน #{number} ให้ย้อนกลับ", "không có thao tác nào của {agent} ở #{number} để hủy"),
    "the last act is of {at}: too long ago; change it by hand":
        ("การกระทำล่าสุดคือเมื่อ {at} นานเกินไปแล้ว ให้แก้ไขเอง", "thao tác gần nhất lúc {at}: đã quá lâu; hãy tự sửa lại"),
    "#{number}: {kind} to {to} has left already; write another one": ("#{number}: {kind}ถึง {to} ส่งออกไปแล้ว ให้เขียนใหม่อีกฉบับ", "#{number}: {kind} tới {to} đã gửi đi; hãy viết thư khác"),
    "#{number}: {kind} to {to} was tried already and failed; write another one":
        ("#{number}: {kind}ถึง {to} ลองส่งแล้วแต่ไม่สำเร็จ ให้เขียนใหม่อีกฉบับ", "#{number}: {kind} tới {to} đã thử gửi mà không được; hãy viết thư khác"),
    "#{number}: others have worked on it since; close it with #close":
        ("#{number}: มีผู้อื่นทำต่อแล้ว ให้ปิดด้วย #ปิด", "#{number}: người khác đã xử lý tiếp; hãy đóng bằng #đóng"),
    "taken back: {what}": ("ย้อนกลับแล้ว: {what}", "đã hủy: {what}"),
    "nothing had changed": ("ไม่มีสิ่งใดเปลี่ยนแปลง", "chưa có gì thay đổi"),
    "{kind} to {to} not sent": ("{kind}ถึง {to} ไม่ได้ส่ง", "{kind} tới {to} không gửi"),
    "the reply": ("คำตอบ", "thư trả lời"),
    "the ack": ("การตอบรับ", "thư xác nhận"),
    "the notice": ("อีเมลแจ้ง", "thư báo"),
    "the closing": ("อีเมลแจ้งปิด", "thư báo đóng"),
    "status {new} -> {old}": ("สถานะ {new} -> {old}", "trạng thái {new} -> {old}"),
    "assignee {agent}": ("ผู้รับผิดชอบ {agent}", "người phụ trách {agent}"),
    "{name} {value}": ("{name} {value}", "{name} {value}"),
    "not linked with #{number}": ("ไม่เชื่อมกับ #{number}", "không liên kết với #{number}"),
    "#{number} goes on by itself": ("#{number} แยกดำเนินการเอง", "#{number} tiếp tục riêng"),
    "not merged into #{number}": ("ไม่รวมเข้ากับ #{number}", "không gộp vào #{number}"),
    "message {message} is here again": ("ข้อความ {message} กลับมาที่นี่", "thư {message} trở lại đây"),
    "the mail is held again": ("อีเมลถูกกักไว้อีกครั้ง", "thư lại bị giữ"),
    "no reminder": ("ไม่มีการเตือน", "không nhắc nữa"),
    "tags are {tags} again": ("แท็กกลับเป็น {tags}", "nhãn trở lại {tags}"),
    "{agent} follows no longer": ("{agent} เลิกติดตาม", "{agent} thôi theo dõi"),
    "{agent} follows": ("{agent} ติดตาม", "{agent} theo dõi"),
    "{address} takes part no longer": ("{address} ไม่มีส่วนร่วมแล้ว", "{address} không còn tham gia"),
    "{address} takes part": ("{address} มีส่วนร่วม", "{address} tham gia"),
    "note removed": ("ลบบันทึกแล้ว", "đã bỏ ghi chú"),
    # Why the desk wrote to nobody.
    "the address is muted: it answers our automatic mail at once": ("ที่อยู่นี้ถูกปิดเสียง เพราะตอบอีเมลอัตโนมัติของเราทันที", "địa chỉ đang bị tắt thư: nó trả lời thư tự động ngay lập tức"),
    "the author is an address of ours": ("ผู้เขียนเป็นที่อยู่ของระบบ", "người gửi là địa chỉ của hệ thống"),
    "the author failed authentication": ("ผู้เขียนไม่ผ่านการยืนยันตัวตน", "người gửi không qua được xác thực"),
    "the mail server flagged it as spam": ("เซิร์ฟเวอร์อีเมลระบุว่าเป็นสแปม", "máy chủ thư đánh dấu là thư rác"),
    "it looks like the mail that verifies an account": ("ดูเหมือนอีเมลยืนยันบัญชี", "có vẻ là thư xác minh tài khoản"),
    "the author asks for no automatic answer": ("ผู้เขียนไม่ต้องการคำตอบอัตโนมัติ", "người gửi không muốn thư tự động"),
    "mails to the author came back": ("อีเมลถึงผู้เขียนถูกตีกลับ", "thư tới người gửi bị trả lại"),
    "no public address of ours in To or Cc": ("ไม่มีที่อยู่สาธารณะของเราใน To หรือ Cc", "không có địa chỉ công khai của chúng ta ở To hoặc Cc"),
    "budget of the ticket for this hour is empty": ("โควตาของเรื่องนี้ในชั่วโมงนี้หมดแล้ว", "hết hạn mức của yêu cầu trong giờ này"),
    "budget of the address for this hour is empty": ("โควตาของที่อยู่นี้ในชั่วโมงนี้หมดแล้ว", "hết hạn mức của địa chỉ trong giờ này"),
    "budget of the address for this day is empty": ("โควตาของที่อยู่นี้ในวันนี้หมดแล้ว", "hết hạn mức của địa chỉ trong ngày này"),
    "budget of unauthenticated senders for this hour is empty": ("โควตาของผู้ส่งที่ไม่ได้ยืนยันในชั่วโมงนี้หมดแล้ว", "hết hạn mức cho người gửi chưa xác thực trong giờ này"),
    "no reason given": ("ไม่ได้แจ้งเหตุผล", "không nêu lý do"),
    "the agent asked for none": ("เจ้าหน้าที่ไม่ต้องการให้ส่ง", "nhân viên không muốn gửi"),
    "a rule says so": ("กฎกำหนดไว้", "theo quy tắc"),
    "a rule took it for spam": ("กฎถือว่าเป็นสแปม", "quy tắc coi là thư rác"),
    "answer removed": ("ลบคำตอบแล้ว", "đã bỏ thư trả lời"),
}  # fmt: skip
