"""Education: pupils and students, their lessons, their homes, and who needs help in time."""

from __future__ import annotations

from core.domains.domain import Domain, Known, LikelyTarget, Sample
from core.domains.people import AGE, FAMILY, HEALTH, NUMBER, PEOPLE, PLACE, WEALTH, YEARS
from core.words import N_

POINTS = N_("points")
EARLIER = N_("It is an earlier grade of the same course: good to predict with, but only once it is known.")
AFTER = N_("It is written down only once the course has ended or the student has left.")
SAME = N_("It is another result of the same exam, known at the same moment.")
SECOND = N_("It is settled late in the year, when some students have already left.")

G3 = r"g3|final_?(?:grade|score|mark|result|exam)?|期末成绩|最终成绩|总评成绩|总评"
LEFT = (
    r"target|drop_?out|dropped_?out|drop|withdrawn?|attrition|final_?result|completion_?status|"
    r"status|outcome|辍学|是否辍学|退学|是否退学|流失|结果|学业状态"
)
ANY_RESULT = rf"{G3}|{LEFT}|result|pass(?:ed)?|fail(?:ed)?|class|grade_?class|是否及格|是否通过|及格|通过|成绩等级"

# fmt: off
KNOWN: tuple[Known, ...] = (
    # results
    Known(r"g1|first_period_grade|period_1_grade|mid_?term_1|第一次月考|第一阶段成绩",
          N_("Grade of the first period"), unit=POINTS, low=0, high=100, direction="down",
          leaks=(G3, ANY_RESULT), ask=True, why=EARLIER),
    Known(r"g2|second_period_grade|period_2_grade|mid_?term(?:_?2)?(?:_?(?:grade|score|exam|mark))?|期中成绩|期中|"
          r"第二阶段成绩",
          N_("Grade of the second period"), unit=POINTS, low=0, high=100, direction="down",
          leaks=(G3, ANY_RESULT), ask=True, why=EARLIER),
    Known(G3, N_("Final grade"), part="target", unit=POINTS, low=0, high=100, direction="down",
          leaks=(LEFT, r"result|pass(?:ed)?|fail(?:ed)?|class|grade_?class|是否及格|是否通过|及格|通过|成绩等级"),
          why=AFTER),
    Known(r"result|pass(?:ed)?|fail(?:ed)?|pass_?fail|passed_?exam|exam_?result|bar_?pass(?:ed)?|pass_?bar|"
          r"是否及格|是否通过|及格|通过|考试结果",
          N_("Passed or failed"), part="target", leaks=(G3, LEFT, r"class|grade_?class|成绩等级"), why=AFTER),
    Known(LEFT, N_("Stays or leaves"), part="target", leaks=(G3,), why=AFTER),
    Known(r"previous_?(?:grade|score|mark|result)s?|prior_?(?:grade|score|gpa|attainment)|entry_?(?:grade|score)|"
          r"上学期成绩|以往成绩|入学成绩|前期成绩",
          N_("Previous grade"), unit=POINTS, low=0, high=200, direction="down"),
    Known(r"exam_?score|test_?score|exam_?mark|exam|final_?exam_?score|average_?(?:score|grade|mark)|总分|考试成绩|"
          r"测验成绩|平均分|平均成绩",
          N_("Exam score"), part="target", unit=POINTS, low=0, high=1000, direction="down",
          leaks=(ANY_RESULT,), ask=True, why=AFTER),
    Known(r"(?:math(?:s|ematics)?|reading|writing|science|english|chinese|physics|chemistry|biology|history|"
          r"geography)_?"
          r"(?:score|grade|mark|percentage)|(?:数学|语文|英语|物理|化学|生物|历史|地理|政治|科学|阅读|写作)(?:成绩|"
          r"分数)?",
          N_("Score in a subject"), unit=POINTS, low=0, high=200, direction="down",
          leaks=(r"(?:average|total|overall)_?(?:score|grade|mark)|总分|平均分|平均成绩",), why=SAME),
    Known(r"gpa|cgpa|grade_?point_?average|ugpa|undergrad_?gpa|zgpa|zfygpa|平均绩点|绩点|学分绩点",
          N_("Grade point average"), low=-5, high=10, direction="down",
          leaks=(r"grade_?class|gradeclass|成绩等级",), why=SAME),
    Known(r"grade_?class|class|performance(?:_?(?:level|class|category))?|grade_?level_?result|成绩等级|成绩档次|"
          r"表现等级",
          N_("Level of performance"), part="target", leaks=(G3, r"gpa|exam_?score|average_?score"), ask=True,
          why=AFTER),
    Known(r"failures|failed_?courses|past_failures|num(?:ber)?_of_?failures|courses_failed|backlogs?|挂科|挂科门数|"
          r"不及格门数|不及格次数",
          N_("Courses failed before"), low=0, high=40, immutable=True, only="up", direction="up"),
    Known(r"num_of_prev_attempts|nb_?repeat|repeat(?:ed|s)?|repetitions?|attempts?|grade_?repetition|留级|重修次数|"
          r"复读|是否留级",
          N_("Attempts before"), low=0, high=20, immutable=True, direction="up"),
    Known(r"(?:sat|act|gre|gmat|lsat|toefl|ielts|mcat)(?:_?(?:score|total|math|verbal))?|gaokao|高考成绩|高考分数|"
          r"中考成绩|托福|雅思",
          N_("Admission test"), unit=POINTS, low=0, high=1600, immutable=True, direction="down"),
    Known(r"admission_?grade|admission_?score|entrance_?(?:exam|score|grade)|录取分数|录取成绩|入学考试",
          N_("Grade at admission"), unit=POINTS, low=0, high=1000, immutable=True, direction="down"),
    Known(r"chance_of_admit|admit(?:ted)?|admission|录取概率|是否录取|录取",
          N_("Admission"), part="target"),
    Known(r"university_?rating|学校评级", N_("Rating of the university"), low=0, high=10),
    Known(r"sop|statement_of_purpose|个人陈述", N_("Statement of purpose"), low=0, high=10),
    Known(r"lor|letters?_of_recommendation|推荐信", N_("Letters of recommendation"), low=0, high=10),
    Known(r"research(?:_?experience)?|科研经历", N_("Research done")),
    Known(r"curricular_units_1st_sem|(?:first|1st)_sem(?:ester)?_(?:grade|approved|enrolled|evaluations|credited|"
          r"units)|第一学期(?:成绩|通过门数|选课门数)",
          N_("Courses of the first semester"), low=0, high=60, direction="down"),
    Known(r"curricular_units_2nd_sem|(?:second|2nd)_sem(?:ester)?_(?:grade|approved|enrolled|evaluations|credited|"
          r"units)|第二学期(?:成绩|通过门数|选课门数)",
          N_("Courses of the second semester"), low=0, high=60, direction="down",
          leaks=(LEFT,), ask=True, why=SECOND),
    Known(r"(?:date_?)?(?:unregistration|withdrawal|dropout|leaving|exit)_?date|date_unregistration|退学日期|"
          r"离校日期|退课日期",
          N_("Date of leaving"), part="leak", why=AFTER),
    Known(r"graduation_?date|date_?of_?graduation|certificate(?:_?(?:no|date|issued))?|diploma(?:_?(?:no|date))?|"
          r"毕业日期|毕业证书?编?号?|证书编号",
          N_("Graduation"), part="leak", leaks=(ANY_RESULT,), why=AFTER),
    Known(r"(?:leaving|withdrawal|dropout)_?reason|reason_?for_?(?:leaving|dropout|withdrawal)|退学原因|离校原因|"
          r"辍学原因",
          N_("Reason for leaving"), part="leak", why=AFTER),
    Known(r"correct|is_correct|answer_correct|答对|是否正确|正确",
          N_("Answered correctly"), part="target"),
    Known(r"hint_?(?:count|total|used)|bottom_hint|提示次数", N_("Hints asked for"), low=0, high=100, direction="up",
          leaks=(r"correct|is_correct|是否正确",),
          why=N_("It is counted while the answer is being given.")),
    Known(r"attempt_?(?:count|no|number)|作答次数|尝试次数",
          N_("Attempts at the problem"), low=0, high=1000, direction="up",
          leaks=(r"correct|is_correct|是否正确",), ask=True,
          why=N_("It is counted while the answer is being given.")),
    Known(r"(?:skill|concept|knowledge_?(?:point|component))(?:_?(?:id|name))?|kc|知识点|技能", N_("Skill")),
    Known(r"(?:problem|question|item|exercise)_?(?:id|no|name)|题目编?号|试题编号",
          N_("Problem"), part="group", why=NUMBER),
    Known(r"response_?time|ms_first_response|time_?taken|elapsed_?time|答题时间|用时", N_("Time to answer"), low=0,
          leaks=(r"correct|is_correct|是否正确",), ask=True,
          why=N_("It is known only once the question is answered.")),
    # work and attendance
    Known(r"attendance(?:_?(?:rate|percentage|percent|pct))?|出勤率?|到课率",
          N_("Attendance"), low=0, high=100, direction="down"),
    Known(r"absences?|absent_?days|days_?absent|(?:student_?)?absence_?days|num_absences|缺勤|缺勤次数|缺勤天数|"
          r"缺课次数|旷课次数",
          N_("Days absent"), low=0, high=365, direction="up"),
    Known(r"late(?:ness|_?arrivals)?|tard(?:y|ies|iness)|迟到次数?", N_("Times late"), low=0, high=365, direction="up"),
    Known(r"study_?time(?:_?weekly)?|weekly_?study_?(?:time|hours)|(?:hours?_?stud(?:ied|y)|"
          r"study_?hours?)(?:_?per_?(?:week|day))?|学习时间|学习时长|每周学习时间",
          N_("Time spent studying"), low=0, high=168, direction="down"),
    Known(r"homework(?:_?(?:hours?|time|done|completion|score))?(?:_?per_?week)?|assignments?(?:_?(?:score|completed|"
          r"submitted|rate))?|作业|作业成绩|作业完成率|作业时间|每周作业时间",
          N_("Homework"), low=0, high=200, direction="down"),
    Known(r"raised_?hands|hands_?raised|举手次数", N_("Hands raised"), low=0, high=1000, direction="down"),
    Known(r"visited_?resources|vis_it_ed_?resources|resources_?(?:visited|viewed)|资源访问次数|浏览资源次数",
          N_("Course pages visited"), low=0, high=10000, direction="down"),
    Known(r"announcements_?view(?:ed)?|公告浏览次数", N_("Announcements read"), low=0, high=10000, direction="down"),
    Known(r"discussions?|forum_?(?:posts|views)|讨论次数|发帖数",
          N_("Discussions joined"), low=0, high=10000, direction="down"),
    Known(r"sum_?clicks?|(?:total_?)?clicks|log_?ins?|login_?count|登录次数|点击次数",
          N_("Clicks in the learning system"), low=0, direction="down"),
    Known(r"stg|str|scg|lpr|peg|learning_?time|学习程度", N_("Study and exam measures of the subject"), low=0, high=1),
    Known(r"uns|knowledge_?level|user_?knowledge|知识水平", N_("Level of knowledge"), part="target"),
    Known(r"participation|class_?participation|engagement|课堂参与|参与度|课堂表现",
          N_("Taking part in class"), direction="down"),
    Known(r"motivation(?:_?level)?|学习动机", N_("Motivation"), direction="down"),
    Known(r"tutoring(?:_?sessions)?|paid|private_?lessons|extra_?classes|补课|家教|课外辅导",
          N_("Extra lessons paid for")),
    Known(r"schoolsup|extra_?support|school_?support|additional_?support|学校辅导|额外辅导",
          N_("Extra support at school")),
    Known(r"famsup|family_?support|parental_?(?:support|involvement)|家庭辅导|家庭支持", N_("Support at home")),
    Known(r"test_?preparation(?:_?course)?|prep_?course|备考课程", N_("Preparation course")),
    Known(r"activities|extra_?curricular(?:_?activities)?|sports|music|volunteering|clubs?|课外活动|社团",
          N_("Activities after school")),
    Known(r"teacher_?s?_?(?:remarks?|comments?|notes?|feedback)|remarks?|comments?|教师评语|评语|老师评语|班主任评语",
          N_("Teacher's remark")),
    Known(r"(?:extra_?)?support|counsel+ing|辅导", N_("Support")),
    # course and school
    Known(r"school(?:_?(?:name|type))?|学校|学校名称|学校类型|school_type", N_("School")),
    Known(r"school_?id|学校编号", N_("Number of the school"), part="group", why=NUMBER),
    Known(r"(?:class|section|classroom|group)_?(?:id|no|name)|班级|班级编号|班", N_("Class")),
    Known(r"grade_?(?:id|level)|stage_?id|year_?group|year_?of_?study|study_?year|年级|学段", N_("Year at school")),
    Known(r"course|course_?(?:code|name|id)|program(?:me)?|major|subject|topic|code_module|专业|课程|课程名称|科目|"
          r"学科",
          N_("Course")),
    Known(r"code_presentation|semester|term|学期", N_("Semester")),
    Known(r"daytime/?_?evening_?attendance|attendance_?mode|study_?mode|上课时段|学习方式",
          N_("Day or evening course")),
    Known(r"application_?(?:mode|order)|志愿|志愿顺序|录取方式", N_("Way and order of application"), immutable=True),
    Known(r"previous_?qualification|highest_?education|prior_?education|以往学历|原学历",
          N_("Previous qualification"), immutable=True),
    Known(r"previous_?qualification_?\(grade\)|以往学历成绩",
          N_("Grade of the previous qualification"), immutable=True, direction="down"),
    Known(r"(?:studied_?)?credits(?:_?(?:earned|taken))?|学分|已修学分", N_("Credits"), low=0, high=1000),
    Known(r"enrol+(?:ed|ment)?(?:_?(?:on|date))?|date_?(?:of_)?(?:registration|enrol+ment)|入学日期|注册日期|报到日期",
          N_("Date of enrolment"), part="time", immutable=True),
    Known(r"age_at_enrol+ment|入学年龄",
          N_("Age at enrolment"), unit=YEARS, low=3, high=100, immutable=True, sensitive=True, why=AGE),
    Known(r"class_?size|student_?teacher_?ratio|班级人数|师生比", N_("Size of the class"), low=1, high=500),
    Known(r"teacher_?(?:quality|id|experience)|instr(?:uctor)?(?:_?(?:id|code))?|instcode|教师|任课教师|教师编号",
          N_("Teacher")),
    Known(r"i(?:n|sn)s?tructor_.*|course_objectives|valu[ae]_addit?i?on|syllabus_.*|resources_provided|practicals|"
          r"interactive|met_expectations|relevant|life_aim|orientation|教学评价.*|课程评价.*",
          N_("Answer to a question of the form")),
    Known(r"difficulty|难度|课程难度", N_("Difficulty of the course"), low=0, high=10),
    Known(r"q[1-9][0-9]?|题[1-9][0-9]?|第[1-9][0-9]?题", N_("Answer to a question of the form")),
    Known(r"student_?(?:id|no|number|code)|stud_?id|id_student|pupil_?(?:id|no|number)|学号|学生编号|学籍号|学生id",
          N_("Student number"), part="group", immutable=True, why=NUMBER),
    # home
    Known(r"address|home_?location|家庭所在地|城乡类型", N_("Lives in town or country"), sensitive=True, why=PLACE),
    Known(r"famsize|family_?size|家庭规模", N_("Size of the family"), sensitive=True, why=FAMILY),
    Known(r"pstatus|parents?_?(?:status|cohabitation)|父母(?:婚姻)?状况|父母同住",
          N_("Parents live together"), immutable=True, sensitive=True, why=FAMILY),
    Known(r"(?:medu|mothers?_?(?:education|qualification)|母亲学历|母亲教育程度|母亲文化程度)",
          N_("Mother's education"), immutable=True, sensitive=True, why=WEALTH),
    Known(r"(?:fedu|fathers?_?(?:education|qualification)|父亲学历|父亲教育程度|父亲文化程度)",
          N_("Father's education"), immutable=True, sensitive=True, why=WEALTH),
    Known(r"parent(?:s|al)?_?(?:level_of_)?(?:education|qualification)(?:_level)?|first_?gen(?:eration)?|父母学历|"
          r"父母教育程度|家长学历",
          N_("Parents' education"), immutable=True, sensitive=True, why=WEALTH),
    Known(r"(?:mjob|mothers?_?(?:job|occupation)|母亲职业)", N_("Mother's job"), sensitive=True, why=WEALTH),
    Known(r"(?:fjob|fathers?_?(?:job|occupation)|父亲职业)", N_("Father's job"), sensitive=True, why=WEALTH),
    Known(r"guardian|relation|监护人", N_("Guardian"), sensitive=True, why=FAMILY),
    Known(r"(?:family|household|parental)_?income|income|faminc|fam_inc|家庭收入|家庭年收入",
          N_("Income of the family"), sensitive=True, why=WEALTH),
    Known(r"imd_band|deprivation(?:_?index)?|ses|socio_?economic_?(?:status|index)|贫困|贫困生|是否贫困",
          N_("Deprivation"), sensitive=True, why=WEALTH),
    Known(r"lunch|free_?lunch|free_?school_?meals|fsm|餐补|午餐类型", N_("School meals"), sensitive=True, why=WEALTH),
    Known(r"scholarship(?:_?holder)?|奖学金|助学金", N_("Scholarship")),
    Known(r"debtor|欠费", N_("Owes fees"), direction="up"),
    Known(r"tuition(?:_?fees)?(?:_?up_?to_?date)?|学费(?:已缴)?|学费缴清", N_("Fees paid"), direction="down",
          leaks=(LEFT,), ask=True, why=N_("Who has left stops paying: make sure it was noted before.")),
    Known(r"displaced|离家求学", N_("Lives away from home"), sensitive=True, why=PLACE),
    Known(r"(?:educational_)?special_?(?:educational_)?needs|sen|iep|learning_?disabilit(?:y|ies)|特殊教育需要|"
          r"学习障碍",
          N_("Special needs"), immutable=True, sensitive=True, why=HEALTH),
    Known(r"travel_?(?:time|minutes)|commute(?:_?time)?|distance(?:_?from_?home)?|上学时间|通勤时间|上学路程|家校距离",
          N_("Way to school"), low=0, high=600, direction="up"),
    Known(r"internet(?:_?access)?|access_?to_?resources|上网条件|家庭网络", N_("Internet at home")),
    Known(r"nursery|pre_?school|kindergarten|上过幼儿园|学前教育", N_("Went to nursery school"), immutable=True),
    Known(r"higher|wants_higher_education|升学意愿", N_("Wants to study further"), direction="down"),
    Known(r"reason|choice_reason|择校原因", N_("Reason for choosing the school")),
    Known(r"romantic|恋爱", N_("In a relationship"), sensitive=True, why=FAMILY),
    Known(r"famrel|family_relationship|家庭关系", N_("Relations in the family"), low=1, high=5),
    Known(r"freetime|free_time|leisure|课余时间|空闲时间", N_("Free time")),
    Known(r"goout|going_out|外出", N_("Goes out with friends"), direction="up"),
    Known(r"[dw]alc|alcohol|drinking|饮酒", N_("Drinks alcohol"), direction="up"),
    Known(r"health|physical_health|健康状况|健康", N_("Health"), sensitive=True, why=HEALTH),
    Known(r"sleep(?:_?hours)?|睡眠时间|睡眠时长", N_("Hours of sleep"), unit=N_("hours"), low=0, high=24),
    Known(r"(?:social_?media|screen|gaming|phone)_?(?:hours|time)|上网时间|手机使用时间",
          N_("Time at screens"), low=0, high=168, direction="up"),
    Known(r"physical_?activity|exercise|体育锻炼", N_("Physical activity")),
    Known(r"peer_?influence|同伴影响", N_("Influence of friends")),
    Known(r"parent_?answering_?survey|家长问卷", N_("Parents answered the survey"), direction="down"),
    Known(r"parent_?school_?satisfaction|家长满意度", N_("Parents are content with the school")),
    Known(r"suspensions?|detentions?|disciplinary(?:_?(?:actions|records))?|处分|违纪次数",
          N_("Disciplinary actions"), low=0, high=365, direction="up"),
    Known(r"unemployment(?:_?rate)?|失业率", N_("Rate of unemployment"), low=-5, high=60),
    Known(r"inflation(?:_?rate)?|通货膨胀率", N_("Rate of inflation"), low=-30, high=1000),
    Known(r"gdp|国内生产总值", N_("Economic growth")),
    *PEOPLE,
)
# fmt: on

DOMAIN = Domain(
    key="education",
    title=N_("Education"),
    tagline=N_("See early who may fail or leave, what drives it, and whom to help first."),
    case=N_("student"),
    cases=N_("students"),
    known=KNOWN,
    targets=(
        LikelyTarget(r"g3", "{column}>=10", 0, 20, N_("Who will pass (10 points or more of 20)?"), stake=-1),
        LikelyTarget(LEFT, question=N_("Who will leave before the end?")),
        LikelyTarget(
            r"result|pass(?:ed)?|fail(?:ed)?|pass_?fail|passed_?exam|exam_?result|是否及格|是否通过|及格|通过|考试结果",
            question=N_("Who will fail?"),
        ),
        LikelyTarget(
            r"bar_?pass(?:ed)?|pass_?bar",
            question=N_("Who will not pass the bar?"),
            events=("0", "no", "false", "failed"),
        ),
        LikelyTarget(G3, "{column}>=60", 0, 100, N_("Who will reach 60 points?"), stake=-1),
        LikelyTarget(
            r"exam_?score|test_?score|average_?(?:score|grade|mark)|total_?score|总分|考试成绩|平均分|平均成绩",
            question=N_("Which score will a student reach?"),
            stake=-1,
        ),
        LikelyTarget(
            r"class|grade_?class|performance(?:_?(?:level|class|category))?|成绩等级|成绩档次|表现等级",
            question=N_("Which level will a student reach?"),
            stake=0,
        ),
        LikelyTarget(
            r"uns|knowledge_?level|user_?knowledge|知识水平", question=N_("How much does a student know?"), stake=0
        ),
        LikelyTarget(
            r"correct|is_correct|answer_correct|是否正确|正确|答对",
            question=N_("Who will get the answer wrong?"),
            events=("0", "no", "false", "wrong", "incorrect", "错误"),
        ),
        LikelyTarget(
            r"chance_of_admit|admit(?:ted)?|admission|录取概率|是否录取|录取",
            question=N_("Who will be admitted?"),
            stake=-1,
        ),
        LikelyTarget(r"gpa|cgpa|平均绩点|绩点", question=N_("Which grade average will a student reach?"), stake=-1),
        LikelyTarget(
            r"(?:math(?:s|ematics)?|reading|writing|science)_?score|数学成绩|语文成绩|英语成绩",
            question=N_("Which score will a student reach?"),
            stake=-1,
        ),
        LikelyTarget(r"difficulty|课程难度|难度", question=N_("How hard will students find the course?"), stake=0),
    ),
    events=(
        *("dropout", "drop out", "dropped out", "dropped", "withdrawn", "withdraw", "withdrew", "left", "leaver"),
        *("fail", "failed", "failing", "f", "not passed", "at risk", "at-risk", "risk", "churn", "churned"),
        *("辍学", "退学", "流失", "离校", "不及格", "未通过", "挂科", "不合格", "有风险"),
    ),
    main_metric="average_precision",
    cost_miss=5.0,
    cost_alarm=1.0,
    cost_why=N_(
        "A student in need who is missed may fail the year; a student named without need costs one talk. So a miss "
        "counts "
        "five times a false alarm."
    ),
    capacity=N_("{n:count} {n:student/students} a counsellor can see"),
    cautions=(
        N_("Use the result to offer help, never to refuse a place: a chance is not a verdict on a person."),
        N_("Use only what was known when help could still come; later grades make the model look better than it is."),
        N_("A reason shown is a link in the data, not a cause: more homework for everyone need not raise grades."),
        N_("Students and parents may ask why: keep the reasons, and let a person decide."),
        N_("A model of one school or year may fail at another: test it there first."),
    ),
    samples=(
        Sample(
            "students",
            N_("Students at risk"),
            N_("2,000 made-up students: attendance, homework, earlier grades, a teacher's remark; who fails?"),
            True,
            "Result",
            ("Sex", "Home language"),
        ),
    ),
    order=10,
)
