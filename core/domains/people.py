"""What is known of people in every field: who they are, where they live, how they are told apart."""

from __future__ import annotations

from core.domains.domain import Known
from core.words import N_

YEARS = N_("years")

SEX = N_("People must not be treated differently for their sex without a good reason.")
AGE = N_("People must not be treated differently for their age without a good reason.")
ORIGIN = N_("People must not be treated differently for where they come from.")
BELIEF = N_("People must not be treated differently for what they believe.")
HEALTH = N_("People must not be treated worse for an illness or a disability.")
FAMILY = N_("Family and marriage are private, and often stand in for age and sex.")
PLACE = N_("Where people live often stands in for origin and wealth.")
WEALTH = N_("Wealth of the home often stands in for origin.")
NAME = N_("It names a person: it is personal data, and says nothing about the next one.")
NUMBER = N_("It only tells rows apart, and says nothing about the next one.")

OUTWARD = frozenset(
    {"Age", "Age group", "Date of birth", "Sex", "Ethnic origin", "Nationality or place of birth", "From abroad"}
    | {"First language", "Marital status", "Role in the household", "Children and dependants", "Postcode", "Region"}
    | {"Sex and marital status in one", "Schooling", "Years of schooling", "Occupation", "Served in the army"}
    | {
        "Parents live together",
        "Mother's job",
        "Father's job",
        "Guardian",
        "Lives away from home",
        "Size of the family",
    }
)
"""Labels of columns that neighbours, colleagues or a register may know of a person: put together they single one out
(quasi-identifiers)."""

# One line or two for each column: a table is easier to read and to extend than six lines a column.
# fmt: off
PEOPLE: tuple[Known, ...] = (
    Known(r"(?:age|current_age|your_age|age_?years?|age_in_years|patient_age|person_age|customer_age|年龄|年纪|岁数|"
          r"周岁)",
          N_("Age"), unit=YEARS, low=0, high=120, immutable=True, only="up", sensitive=True, why=AGE),
    Known(r"(?:age_?(?:group|band|cat|category|range|class|bracket)|agegrp|年龄段|年龄组|年龄分组)",
          N_("Age group"), immutable=True, sensitive=True, why=AGE),
    Known(r"(?:dob|birth_?da(?:te|y)|date_of_birth|birth_?year|year_of_birth|yob|出生日期|出生年月日?|生日|出生年份?)",
          N_("Date of birth"), immutable=True, sensitive=True, why=AGE),
    Known(r"(?:sex|gender|sex_code|gender_code|is_?(?:male|female)|male|female|code_gender|person_gender|"
          r"patient_(?:sex|gender)|applicant_sex|derived_sex|性别)",
          N_("Sex"), immutable=True, sensitive=True, why=SEX),
    Known(r"(?:race|ethnicity|ethnic(?:_?group)?|race_?(?:/|_|and)?_?ethnicity|racial_group|skin_colou?r|"
          r"(?:applicant|derived|patient)_(?:race|ethnicity)(?:_1)?|民族|种族|族裔)",
          N_("Ethnic origin"), immutable=True, sensitive=True, why=ORIGIN),
    Known(r"(?:nationality|nacionality|citizenship|citizen|native_?country|country_of_(?:origin|birth)|"
          r"place_?of_?birth|birth_?place|birth_?country|国籍|出生地|籍贯|原籍)",
          N_("Nationality or place of birth"), immutable=True, sensitive=True, why=ORIGIN),
    Known(r"(?:foreign_?(?:worker|er)?|immigrant|migrant|immigration_status|migration_background|international|"
          r"international_student|是否外籍|外籍|移民|留学生)",
          N_("From abroad"), immutable=True, sensitive=True, why=ORIGIN),
    Known(r"(?:home_?|first_?|native_?|mother_?)?(?:language|tongue)(?:_at_home)?|esl|english_learner|ell|lep|母语|"
          r"家庭语言|第一语言",
          N_("First language"), immutable=True, sensitive=True, why=ORIGIN),
    Known(r"(?:religion|faith|religious_affiliation|caste|宗教|宗教信仰|信仰|种姓)",
          N_("Religion"), sensitive=True, why=BELIEF),
    Known(r"(?:sexual_orientation|orientation_sexual|gender_identity|性取向|性别认同)",
          N_("Sexual orientation"), immutable=True, sensitive=True, why=SEX),
    Known(r"(?:political_?(?:party|view|status|affiliation)?|party_member|政治面貌|党员|党派)",
          N_("Political views"), sensitive=True, why=BELIEF),
    Known(r"(?:trade_?union|union_member(?:ship)?|工会(?:会员)?)",
          N_("Member of a union"), sensitive=True, why=BELIEF),
    Known(r"(?:disability|disabled|handicap(?:ped)?|disability_status|残疾|残障|残疾等级|是否残疾)",
          N_("Disability"), immutable=True, sensitive=True, why=HEALTH),
    Known(r"(?:pregnant|pregnancy|is_pregnant|怀孕|妊娠|是否怀孕)",
          N_("Pregnant"), sensitive=True, why=SEX),
    Known(r"(?:marital|marital_?status|marriage|married|ever_married|civil_status|family_status|name_family_status|"
          r"relationship_status|婚姻|婚姻状况|婚否|婚姻状态)",
          N_("Marital status"), sensitive=True, why=FAMILY),
    Known(r"(?:relationship|household_role|family_role|与户主关系)",
          N_("Role in the household"), sensitive=True, why=FAMILY),
    Known(r"(?:dependents|dependants|number_?of_?dependents|num_dependents|no_of_dependents|children|"
          r"(?:num|number|no|cnt)_?(?:of_)?(?:children|kids)|cnt_fam_members|family_members|household_size|"
          r"people_under_maintenance|num_?liable|people_liable|子女数|子女数量|抚养人数|家庭人口|家庭人口数)",
          N_("Children and dependants"), low=0, high=30, sensitive=True, why=FAMILY),
    Known(r"(?:post_?code|postal_?code|zip|zip_?code|plz|邮编|邮政编码)",
          N_("Postcode"), sensitive=True, why=PLACE),
    Known(r"(?:region|district|neighbou?rhood|borough|county|province|state|city|town|residence_?type|urban|rural|"
          r"urban_?rural|area_type|hukou|地区|省份?|城市|区县|区|县|户口|户籍|户口性质|城乡|居住地类型|居住地)",
          N_("Region"), sensitive=True, why=PLACE),
    Known(r"(?:criminal_record|felony|convictions?|prior_convictions|犯罪记录|前科)",
          N_("Criminal record"), immutable=True, sensitive=True,
          why=N_("A record of offences is among the most protected data.")),
    Known(r"(?:veteran|military_service|服役|退伍军人)",
          N_("Served in the army"), immutable=True, sensitive=True, why=BELIEF),
    Known(r"(?:name|full_?name|first_?name|last_?name|middle_?name|surname|given_?name|family_?name|"
          r"(?:student|patient|customer|client|applicant|teacher|doctor)_?name|姓名|名字|患者姓名|学生姓名|客户姓名|"
          r"客户名称)",
          N_("Name"), part="identifier", immutable=True, why=NAME),
    Known(r"(?:e_?mail|email_?address|mail|电子邮箱|邮箱|电子邮件)", N_("E-mail"), part="identifier", why=NAME),
    Known(r"(?:phone|mobile|tel|telephone_?(?:no|number)|phone_?(?:no|number)|cell_?phone|mobile_?(?:no|number)|"
          r"手机号?码?|电话号?码?|联系电话|联系方式)", N_("Telephone number"), part="identifier", why=NAME),
    Known(r"(?:ssn|national_?id|id_?card(?:_?(?:no|number))?|passport(?:_?(?:no|number))?|identity_?number|nhs_?number|"
          r"身份证号?码?|证件号码?|护照号码?|社保号码?|医保卡号)", N_("Identity number"), part="identifier", why=NAME),
    Known(r"(?:street|street_?address|home_?address|address_?line_?[12]?|full_?address|家庭住址|住址|详细地址|"
          r"家庭地址|通讯地址)",
          N_("Home address"), part="identifier", why=NAME),
    Known(r"(?:id|uid|uuid|guid|index|idx|key|row|row_?(?:id|no|num|number|index)|no|nr|number|serial(?:_?(?:no|"
          r"number))?|"
          r"record_?(?:id|no|number)?|case_?(?:id|no|number)|sample_?(?:id|code_?number|no)|unnamed:_0|"
          r"编号|序号|行号|记录号|流水号|样本编号|病例号)", N_("Number of the row"), part="identifier", why=NUMBER),
    Known(r"(?:user|person|people|member|individual|subject|participant|respondent|entity|household)_?(?:id|no|nr|"
          r"number|key)|"
          r"用户编?号|用户id|人员编号|受试者编号|会员号", N_("Number of the person"), part="group", why=NUMBER),
    Known(r"(?:date|datetime|timestamp|time_?stamp|created(?:_?(?:at|on|date))?|recorded_?(?:at|on)|event_?date|"
          r"日期|时间戳|创建时间|创建日期|记录时间|登记日期)", N_("Date"), part="time"),
    Known(r"(?:updated(?:_?(?:at|on|date))?|modified(?:_?(?:at|on|date))?|closed_?(?:at|on|date)|resolved_?(?:at|on|"
          r"date)|"
          r"更新时间|修改时间|关闭日期|结案日期)", N_("Date of the last change"), part="leak", ask=True,
          why=N_("It may have been written after the answer was known.")),
)
# fmt: on
