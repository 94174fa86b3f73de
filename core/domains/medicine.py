"""Medicine: patients, their measures and histories, and what will become of them."""

from __future__ import annotations

from core.domains.domain import Domain, Known, LikelyTarget, Sample
from core.domains.people import AGE, HEALTH, NUMBER, PEOPLE, PLACE, SEX, WEALTH
from core.words import N_

DAYS = N_("days")
BEATS = N_("beats per minute")
FOLLOWED = N_("It counts the days until death or the end of the study, so it holds the outcome in itself.")
CLOSED = N_("It is written when the stay ends, together with the outcome.")
ANSWERED = N_("It is written after the case was sorted, by the one who knew the answer.")
CARE = N_("It is decided after the diagnosis is suspected, so it may hold the doctor's own answer.")

DIED = (
    r"death_?event|death|died|dead|deceased|mortality|(?:in_?)?hospital_?(?:death|mortality|expire_?flag)|"
    r"expire_?flag|event|status|survived|survival|survival_?status|vital_?status|outcome|alive|"
    r"死亡|是否死亡|院内死亡|生存状态|结局|转归|预后"
)
SICK = (
    r"diagnos(?:is|ed)|disease|heart_?disease|num|target|condition|class|classification|label|prognosis|outcome|"
    r"诊断|诊断结果|疾病|病种|是否患病|患病|类别"
)
BACK = (
    r"readmitted|readmission(?:_?(?:30|30d|30_?days?|within_30_days))?|re_?admit(?:ted)?|再入院|是否再入院|30天再入院"
)

# fmt: off
KNOWN: tuple[Known, ...] = (
    # outcome and stay
    Known(r"time|follow_?up(?:_?(?:time|days|months|period))?|survival_?(?:time|months|days)|overall_survival|"
          r"os_?(?:time|months)|days_to_death|futime|随访时间|随访天数|生存时间|生存期|总生存期",
          N_("Time of follow-up"), part="leak", unit=DAYS, low=0, direction="down", leaks=(DIED,), why=FOLLOWED),
    Known(r"death_?date|date_?of_?death|dod|deathtime|死亡日期|死亡时间",
          N_("Date of death"), part="leak", why=FOLLOWED),
    Known(r"cause_?of_?death|death_?cause|死因|死亡原因", N_("Cause of death"), part="leak", why=FOLLOWED),
    Known(r"discharge_?(?:disposition(?:_?id)?|location|status|destination)|离院方式|出院方式|出院去向",
          N_("Where the patient went afterwards"), leaks=(DIED, BACK), ask=True, why=CLOSED),
    Known(r"discharge_?(?:date|time)|dischtime|date_?of_?discharge|出院日期|出院时间",
          N_("Date of discharge"), part="time",
          leaks=(DIED, r"length_?of_?stay|los|住院天数|住院时长"), why=CLOSED),
    Known(r"discharge_?(?:summary|diagnosis|notes?)|出院小结|出院诊断",
          N_("Discharge letter"), part="leak", leaks=(DIED, SICK, BACK), why=CLOSED),
    Known(r"time_?in_?hospital|length_?of_?stay|los(?:_?days)?|hospital_?days|stay_?days|住院天数|住院时长|住院日",
          N_("Days in hospital"), unit=DAYS, low=0, high=1000, direction="up", leaks=(DIED,), ask=True, why=CLOSED),
    Known(r"death_?event|death|died|dead|deceased|mortality|(?:in_?)?hospital_?(?:death|mortality|expire_?flag)|"
          r"expire_?flag|survived|survival_?status|vital_?status|死亡|是否死亡|院内死亡|生存状态",
          N_("Died"), part="target", leaks=(BACK,), why=CLOSED),
    Known(BACK, N_("Came back to hospital"), part="target", leaks=(DIED,), why=CLOSED),
    Known(r"admission_?(?:date|time)|admit_?(?:date|time)|admittime|visit_?date|encounter_?date|入院日期|入院时间|"
          r"就诊日期|就诊时间|appointment_?(?:day|date)|scheduled_?day",
          N_("Date of the visit"), part="time"),
    Known(r"admission_?type(?:_?id)?|admission_?source(?:_?id)?|admit_?source|入院方式|入院途径|入院类型",
          N_("Way of admission")),
    Known(r"icu(?:_?(?:admission|stay|admitted))?|intensive_?care|入住icu|是否入住icu",
          N_("Intensive care"), direction="up", leaks=(DIED,), ask=True, why=CARE),
    Known(r"hospital(?:_?(?:id|name|code))?|site|cent(?:er|re)|ward|医院|医院编号|中心|病区|source_file|来源文件",
          N_("Hospital")),
    Known(r"department|medical_?specialty|specialty|科室|就诊科室|专科", N_("Department")),
    Known(r"patient_?(?:id|nbr|no|number)|pat_?id|mrn|medical_?record_?(?:no|number)|subject_?id|hadm_?id_?patient|"
          r"患者编号|病人编号|病历号|住院号|门诊号|患者id|病案号|hospital_?number",
          N_("Patient number"), part="group", immutable=True, why=NUMBER),
    Known(r"encounter_?(?:id|nbr)|visit_?(?:id|no)|hadm_?id|stay_?id|admission_?id|appointment_?id|就诊号|就诊编号|"
          r"住院流水号",
          N_("Visit number"), part="identifier", why=NUMBER),
    Known(r"payer_?code|insurance(?:_?type)?|payment_?(?:method|type)|医保类型|付费方式|医疗付款方式|保险类型",
          N_("Insurance"), sensitive=True, why=WEALTH),
    Known(r"charges?|cost|total_?(?:charges|cost)|medical_?(?:cost|charges)|费用|总费用|住院费用|医疗费用",
          N_("Cost of treatment"), low=0,
          leaks=(DIED, SICK), ask=True, why=CLOSED),
    Known(r"no_?show|爽约|是否爽约", N_("Did not come"), part="target"),
    Known(r"sms_?received|reminder|短信提醒", N_("Reminder sent")),
    # body
    Known(r"age(?:_?(?:at_?(?:diagnosis|admission|surgery)|dx))|诊断年龄|入院年龄|发病年龄",
          N_("Age at diagnosis"), unit=N_("years"), low=0, high=120,
          immutable=True, sensitive=True, why=AGE),
    Known(r"weight|body_?weight|weight_?kg|wt|体重", N_("Weight"), unit="kg", low=0.3, high=400, zero_is_missing=True),
    Known(r"height|body_?height|height_?cm|ht|stature|身高",
          N_("Height"), unit="cm", low=0.3, high=250, zero_is_missing=True),
    Known(r"bmi|body_?mass(?:_?index)?|mass|体质指数|体重指数|身体质量指数",
          N_("Body mass index"), unit="kg/m²", low=8, high=100, zero_is_missing=True, direction="up"),
    Known(r"waist(?:_?circumference)?|腰围",
          N_("Waist"), unit="cm", low=20, high=250, zero_is_missing=True, direction="up"),
    Known(r"skin(?:_?(?:thickness|fold))?|triceps(?:_?skin(?:_?fold)?(?:_?thickness)?)?|皮褶厚度|皮肤厚度",
          N_("Skin fold"), unit="mm", low=1, high=120, zero_is_missing=True),
    Known(r"(?:body_?|rectal_?)?temp(?:erature)?|体温|直肠温度",
          N_("Temperature"), unit="°C", low=20, high=115, zero_is_missing=True),
    Known(r"blood_?group|blood_?type|abo|血型", N_("Blood group"), immutable=True),
    # circulation
    Known(r"trestbps|resting_?(?:bp|blood_?pressure)(?:_?s)?|静息血压",
          N_("Blood pressure at rest"), unit="mmHg", low=50, high=300, zero_is_missing=True, direction="up"),
    Known(r"(?:systolic|ap_?hi|sys_?bp|sbp|bp_?sys(?:tolic)?)(?:_?(?:bp|blood_?pressure))?|收缩压|高压",
          N_("Systolic blood pressure"), unit="mmHg", low=40, high=300, zero_is_missing=True, direction="up"),
    Known(r"(?:diastolic|ap_?lo|dia_?bp|dbp|bp_?dia(?:stolic)?)(?:_?(?:bp|blood_?pressure))?|舒张压|低压",
          N_("Diastolic blood pressure"), unit="mmHg", low=15, high=200, zero_is_missing=True, direction="up"),
    Known(r"blood_?pressure|bp|pres|mean_?arterial_?pressure|map|血压|平均动脉压",
          N_("Blood pressure"), unit="mmHg", low=15, high=300, zero_is_missing=True, direction="up"),
    Known(r"high_?blood_?pressure|hypertension|hipertension|htn|hypertensive|高血压|高血压史",
          N_("High blood pressure"), direction="up"),
    Known(r"thalach|max(?:imum)?_?(?:hr|heart_?rate)(?:_?achieved)?|最大心率",
          N_("Highest heart rate"), unit=BEATS, low=30, high=250, zero_is_missing=True, direction="down"),
    Known(r"heart_?rate|pulse(?:_?rate)?|hr|心率|脉搏",
          N_("Heart rate"), unit=BEATS, low=15, high=300, zero_is_missing=True),
    Known(r"resp(?:iratory|iration)?(?:_?rate)?|rr|breathing_?rate|呼吸频率|呼吸",
          N_("Breaths per minute"), unit=N_("per minute"), low=3, high=120, zero_is_missing=True, direction="up"),
    Known(r"(?:sp?_?o2|oxygen_?saturation|o2_?sat|spo2)|血氧|血氧饱和度",
          N_("Oxygen in the blood"), unit="%", low=20, high=100, zero_is_missing=True, direction="down"),
    Known(r"ejection_?fraction|ef|lvef|射血分数|左室射血分数",
          N_("Ejection fraction"), unit="%", low=5, high=90, zero_is_missing=True, direction="down"),
    Known(r"cp|chest_?pain(?:_?type)?|胸痛类型|胸痛", N_("Type of chest pain")),
    Known(r"rest_?ecg|resting_?(?:ecg|electrocardiographic(?:_?results)?)|静息心电图|心电图", N_("ECG at rest")),
    Known(r"exang|exercise_?(?:induced_?)?angina|angina|运动诱发心绞痛|心绞痛",
          N_("Chest pain under strain"), direction="up"),
    Known(r"old_?peak|st_?depression|st段压低", N_("ST depression"), unit="mm", low=-5, high=12, direction="up"),
    Known(r"slope|st_?slope|st段斜率", N_("Slope of the ST segment")),
    Known(r"ca|(?:num|number)_?(?:of_?)?(?:major_?)?vessels(?:_?fluro)?|主要血管数|血管数",
          N_("Large vessels narrowed"), low=0, high=4, direction="up"),
    Known(r"thal|thalassemia|地中海贫血|铊扫描", N_("Thallium scan")),
    # laboratory
    Known(r"(?:plasma_?|blood_?|fasting_?|avg_?|average_?|serum_?)*(?:glucose|sugar)(?:_?(?:level|concentration|"
          r"random|fasting))?|plas|bgr|glu|血糖|空腹血糖|随机血糖|葡萄糖|餐后血糖",
          N_("Blood sugar"), low=0.5, high=1500, zero_is_missing=True, direction="up"),
    Known(r"fbs|fasting_?bs|空腹血糖升高", N_("High fasting sugar"), direction="up"),
    Known(r"(?:hb_?a1c|a1c)(?:_?(?:level|result))?|glycated_?h(?:a)?emoglobin|糖化血红蛋白",
          N_("Long-term sugar (HbA1c)"), unit="%", low=2, high=25, zero_is_missing=True, direction="up"),
    Known(r"insulin|insu|serum_?insulin|胰岛素|血清胰岛素", N_("Insulin"), low=0, high=1000, zero_is_missing=True),
    Known(r"max_?glu_?serum|最高血糖", N_("Highest blood sugar"), direction="up"),
    Known(r"(?:diabetes_?)?pedigree(?:_?function)?|dpf|pedi|糖尿病家族史指数|糖尿病遗传函数",
          N_("Diabetes in the family"), low=0, high=5, immutable=True, direction="up"),
    Known(r"preg(?:nancies|s)?|num(?:ber)?_?(?:of_?)?(?:times_?)?pregnan(?:t|cies)|怀孕次数|妊娠次数",
          N_("Pregnancies"), low=0, high=25, immutable=True, only="up", sensitive=True, why=SEX),
    Known(r"(?:serum_?|total_?)?chol(?:esterol|esterol_?total)?|tc|胆固醇|总胆固醇|血清胆固醇",
          N_("Cholesterol"), low=0.5, high=1000, zero_is_missing=True, direction="up"),
    Known(r"hdl(?:_?c(?:holesterol)?)?|高密度脂蛋白",
          N_("HDL cholesterol"), low=0.1, high=200, zero_is_missing=True, direction="down"),
    Known(r"ldl(?:_?c(?:holesterol)?)?|低密度脂蛋白",
          N_("LDL cholesterol"), low=0.1, high=500, zero_is_missing=True, direction="up"),
    Known(r"triglycerides?|tg|trig|甘油三酯",
          N_("Triglycerides"), low=0.1, high=5000, zero_is_missing=True, direction="up"),
    Known(r"(?:serum_?)?creatinine|scr|sc|crea|血肌酐|肌酐",
          N_("Creatinine"), low=0.1, high=3000, zero_is_missing=True, direction="up"),
    Known(r"creatinine_?phosphokinase|cpk|ck(?:_?mb)?|肌酸激酶|肌酸磷酸激酶",
          N_("Creatine kinase"), unit="U/L", low=1, high=100000, zero_is_missing=True, direction="up"),
    Known(r"(?:blood_?)?urea(?:_?nitrogen)?|bun|bu|尿素氮|血尿素|尿素",
          N_("Urea"), low=0.3, high=500, zero_is_missing=True, direction="up"),
    Known(r"e?gfr|肾小球滤过率",
          N_("Filtering of the kidneys (eGFR)"), unit="mL/min", low=1, high=250, zero_is_missing=True,
          direction="down"),
    Known(r"(?:serum_?)?(?:sodium|na)|sod|血钠|血清钠",
          N_("Sodium"), unit="mmol/L", low=90, high=200, zero_is_missing=True, direction="down"),
    Known(r"(?:serum_?)?potassium|pot|k|血钾|血清钾",
          N_("Potassium"), unit="mmol/L", low=1, high=50, zero_is_missing=True),
    Known(r"platelets?(?:_?count)?|plt|血小板|血小板计数",
          N_("Platelets"), low=1, high=2_000_000, zero_is_missing=True),
    Known(r"h(?:a)?emoglobin|hb|hgb|hemo|血红蛋白",
          N_("Haemoglobin"), low=1, high=250, zero_is_missing=True, direction="down"),
    Known(r"h(?:a)?ematocrit|hct|packed_?cell_?volume|pcv|红细胞压积",
          N_("Red cells by volume"), low=0.05, high=80, zero_is_missing=True),
    Known(r"wbc|white_?(?:blood_?)?cells?(?:_?count)?|wc|leu[ck]ocytes?|白细胞|白细胞计数",
          N_("White blood cells"), low=0.01, high=500_000, zero_is_missing=True, direction="up"),
    Known(r"rbc|red_?(?:blood_?)?cells?(?:_?count)?|rc|红细胞|红细胞计数",
          N_("Red blood cells"), low=0.1, high=10_000_000),
    Known(r"crp|c_?reactive_?protein|c反应蛋白",
          N_("C-reactive protein"), unit="mg/L", low=0, high=1000, direction="up"),
    Known(r"lactate|lac|乳酸", N_("Lactate"), unit="mmol/L", low=0.1, high=50, direction="up"),
    Known(r"troponin(?:_?[it])?|肌钙蛋白", N_("Troponin"), low=0, high=1_000_000, direction="up"),
    Known(r"bnp|nt_?pro_?bnp|脑钠肽", N_("Strain of the heart (BNP)"), low=0, high=200_000, direction="up"),
    Known(r"(?:total|direct|indirect)?_?bilirubin|tb|db|胆红素|总胆红素|直接胆红素",
          N_("Bilirubin"), low=0, high=1500, direction="up"),
    Known(r"alt|sgpt|alamine_?aminotransferase|alanine_?aminotransferase|谷丙转氨酶|丙氨酸氨基转移酶",
          N_("Liver value ALT"), unit="U/L", low=1, high=20000, direction="up"),
    Known(r"ast|sgot|aspartate_?aminotransferase|谷草转氨酶|天冬氨酸氨基转移酶",
          N_("Liver value AST"), unit="U/L", low=1, high=20000, direction="up"),
    Known(r"alp|alk_?phos(?:phate)?|alkaline_?phosphotase|alkaline_?phosphatase|alkphos|碱性磷酸酶",
          N_("Liver value ALP"), unit="U/L", low=1, high=10000, direction="up"),
    Known(r"(?:serum_?)?albumin|alb|al|白蛋白", N_("Albumin"), low=0, high=100, direction="down"),
    Known(r"total_?proti?e?ins?|tp|总蛋白", N_("Total protein"), low=1, high=150),
    Known(r"albumin_?(?:and_?)?globulin_?ratio|a_?g_?ratio|白球比", N_("Albumin to globulin"), low=0, high=10),
    Known(r"sg|specific_?gravity|su|pcc?|pus_?cells?(?:_?clumps)?|ba|bacteria|尿比重|尿糖|尿蛋白|尿常规",
          N_("Finding in the urine")),
    Known(r"appet(?:ite)?|食欲", N_("Appetite")),
    Known(r"pe|pedal_?(?:o)?edema|水肿|下肢水肿", N_("Swollen feet"), direction="up"),
    Known(r"handcap|残障人士", N_("Disability"), immutable=True, sensitive=True, why=HEALTH),
    Known(r"tsh|促甲状腺激素", N_("Thyroid hormone TSH"), low=0, high=600),
    Known(r"uric_?acid|ua|尿酸", N_("Uric acid"), low=0.1, high=2000, direction="up"),
    Known(r"psa|前列腺特异性抗原", N_("Prostate value PSA"), unit="ng/mL", low=0, high=20000, direction="up"),
    Known(r"num_?lab_?procedures|检验项目数|检查次数", N_("Laboratory tests"), low=0, high=1000, direction="up"),
    # history and care
    Known(r"diabet(?:es|ic)(?:_?(?:mellitus|history))?|dm|糖尿病|糖尿病史|是否糖尿病", N_("Diabetes"), direction="up"),
    Known(r"an(?:a)?emia|ane|贫血", N_("Anaemia"), direction="up"),
    Known(r"smok(?:ing|er|e[sd]?)(?:_?(?:status|history))?|current_?smoker|cigs?_?per_?day|cigarettes|吸烟|吸烟史|"
          r"是否吸烟|每日吸烟量",
          N_("Smoking"), low=0, high=200, direction="up"),
    Known(r"alco(?:hol)?(?:ism|_?(?:consumption|use|intake))?|drink(?:ing|er|s)|饮酒|饮酒史",
          N_("Alcohol"), direction="up"),
    Known(r"(?:physical_?|phys_?)?activ(?:e|ity)|exercise|运动|体力活动|体育锻炼",
          N_("Physical activity"), direction="down"),
    Known(r"(?:family_?(?:history|hist)(?:_?with_?overweight|_?of_?.*)?|fam_?hist|famhist)|家族史|家族病史",
          N_("Illness in the family"), immutable=True, direction="up"),
    Known(r"(?:prevalent_?|history_?of_?|prior_?|previous_?)(?:stroke|mi|hyp|infarction|cancer|cvd|chd|surgery)|cad|"
          r"chf|copd|asthma|既往史|病史|冠心病|哮喘|慢阻肺|既往病史",
          N_("Earlier illness"), immutable=True, direction="up"),
    Known(r"bp_?meds|medication(?:s|_?use)?|num_?medications|drugs?|用药|用药数量|服药情况|药物",
          N_("Medicines"), leaks=(SICK,), ask=True, why=CARE),
    Known(r"diabetes_?med|insulin_?use|metformin|glipizide|glyburide|glimepiride|pioglitazone|rosiglitazone|"
          r"repaglinide|nateglinide|acarbose|miglitol|"
          r"chlorpropamide|tolbutamide|tolazamide|acetohexamide|troglitazone|examide|citoglipton|(?:glyburide|"
          r"glipizide|metformin|glimepiride)_(?:metformin|pioglitazone|rosiglitazone)|二甲双胍|降糖药",
          N_("Medicine against diabetes"), leaks=(r"diabetes|diabetic|糖尿病",), why=CARE),
    Known(r"change|change_of_medication|用药调整", N_("Change of medicine")),
    Known(r"number_?(?:outpatient|emergency|inpatient)|(?:prior|previous)_?(?:visits|admissions)|门诊次数|急诊次数|"
          r"住院次数|既往住院次数",
          N_("Visits in the year before"), low=0, high=500, immutable=True, only="up", direction="up"),
    Known(r"number_?diagnoses|comorbidit(?:y|ies)(?:_?(?:count|index))?|charlson(?:_?index)?|诊断数量|合并症|"
          r"合并症数|查尔森指数",
          N_("Number of diagnoses"), low=0, high=100, direction="up"),
    Known(r"diag_?[1-9]|icd(?:_?(?:9|10))?(?:_?code)?|疾病编码|诊断编码|主要诊断|次要诊断",
          N_("Code of the diagnosis"), leaks=(SICK,), ask=True, why=CARE),
    Known(r"num_?procedures|procedures?|surg(?:ery|ical)(?:_?lesion)?|operation|手术|手术次数|是否手术|手术史",
          N_("Operations"), leaks=(SICK, DIED), ask=True, why=CARE),
    Known(r"treatment|therapy|chemo(?:therapy)?|radiation|radiotherapy|irradiat|治疗方案|治疗|化疗|放疗",
          N_("Treatment"), leaks=(SICK,), ask=True, why=CARE),
    Known(r"ventilat(?:ion|or|ed)|intubat(?:ed|ion)|vasopressors?|机械通气|插管|呼吸机",
          N_("Machine breathing"), direction="up", leaks=(DIED,), ask=True, why=CARE),
    Known(r"apache(?:_?(?:ii|iv|score))*|sofa(?:_?score)?|saps(?:_?ii)?|gcs|glasgow_?coma_?scale|news_?score|评分|"
          r"格拉斯哥评分",
          N_("Severity score"), low=0, high=300, direction="up"),
    Known(r"apache_?.*prob|predicted_?(?:mortality|death|risk)|risk_?score|预测死亡率|风险评分",
          N_("Risk said by another tool"), part="leak", leaks=(DIED, BACK), ask=True,
          why=N_("It is another tool's own answer: the reasons would only repeat it.")),
    Known(r"pain(?:_?(?:score|level))?|疼痛评分|疼痛", N_("Pain"), low=0, high=10),
    Known(r"work_?type|occupation|职业|工作类型", N_("Occupation"), sensitive=True, why=WEALTH),
    Known(r"education_?(?:num|years|number)|years_of_(?:education|schooling|study)|受教育年限",
          N_("Years of schooling"), low=0, high=40, only="up", sensitive=True, why=WEALTH),
    Known(r"education|schooling|学历|受教育程度|文化程度", N_("Schooling"), sensitive=True, why=WEALTH),
    Known(r"income|monthly_?income|收入", N_("Income"), sensitive=True, why=WEALTH),
    Known(r"alzheimers?|dementia|mental_?(?:health|illness)|depression|hiv|aids|精神病史|抑郁|艾滋病",
          N_("Protected illness"), sensitive=True, why=HEALTH),
    # images, cells and words
    Known(r"(?:mean_|worst_|se_)?(?:radius|texture|perimeter|area|smoothness|compactness|concavity|concave_?points|"
          r"symmetry|fractal_?dimension)(?:_(?:mean|se|worst|error)|[123])?",
          N_("Measure of the cell nuclei"), low=0, direction="up"),
    Known(r"clump_?thickness|uniformity_?(?:of_?)?cell_?(?:size|shape)|cell_?(?:size|shape)(?:_?uniformity)?|"
          r"marginal_?adhesion|single_?epithelial_?cell_?size|epithelial_?size|bare_?nuc(?:lei|leoli)|"
          r"bland_?chromatin|normal_?nucleoli|mitos[ei]s|肿块厚度|细胞大小|细胞形状",
          N_("Measure of the cells, 1 to 10"), low=1, high=10, direction="up"),
    Known(r"tumou?r_?size|inv_?nodes|nodes?(?:_?(?:positive|examined))?|axillary_?nodes|deg_?malig|stage|grade|"
          r"肿瘤大小|淋巴结|分期|分级|肿瘤分期",
          N_("Size or stage of the tumour"), direction="up"),
    Known(r"menopause|绝经", N_("Menopause"), immutable=True, sensitive=True, why=SEX),
    Known(r"(?:chief_?)?complaint|symptoms?|ask|title|question|主诉|症状|问诊|提问|现病史", N_("Complaint in words")),
    Known(r"answer|reply|response_?text|doctor_?(?:reply|answer)|advice|回答|答复|医生回复|医嘱|建议",
          N_("The doctor's answer"), part="leak",
          leaks=(r"department|medical_?specialty|specialty|科室|就诊科室|" + SICK,), why=ANSWERED),
    Known(r"symptom_?[0-9]{1,2}|症状[0-9]{1,2}", N_("Symptom")),
    Known(r"(?:x_?ray|ct|mri|ultrasound|imaging|radiology)_?(?:report|findings?|result)?|影像报告|影像学表现|"
          r"检查所见|病理报告|patholog(?:y|ical)(?:_?report)?",
          N_("Report of an image or a sample"), leaks=(SICK,), ask=True, why=CARE),
    Known(SICK, N_("Diagnosis"), part="target"),
    Known(r"stroke|sepsis|covid(?:_?19)?(?:_?result)?|chd|ten_?year_?chd|cardio|ckd|hepatitis|recurrence|relapse|"
          r"脑卒中|中风|脓毒症|复发|是否复发|肿瘤|感染",
          N_("Illness found"), part="target"),
    Known(r"area_?code|residence_?type|居住地类型", N_("Kind of place lived in"), sensitive=True, why=PLACE),
    *PEOPLE,
)
# fmt: on

DOMAIN = Domain(
    key="medicine",
    title=N_("Medicine"),
    tagline=N_("Estimate the risk of each patient, see what it rests on, and check it before anyone relies on it."),
    case=N_("patient"),
    cases=N_("patients"),
    known=KNOWN,
    targets=(
        LikelyTarget(
            r"death_?event|death|died|dead|deceased|mortality|(?:in_?)?hospital_?(?:death|mortality|expire_?flag)|"
            r"expire_?flag|死亡|是否死亡|院内死亡",
            question=N_("Who will die during the follow-up?"),
        ),
        LikelyTarget(BACK, "{column}=<30", question=N_("Who will be back in hospital within 30 days?")),
        LikelyTarget(
            r"survived|survival|survival_?status|alive|vital_?status|生存状态",
            question=N_("Who will not survive?"),
            events=("died", "dead", "deceased", "0", "2", "no", "false"),
        ),
        LikelyTarget(r"num", "{column}>0", 0, 4, N_("Who has heart disease?")),
        LikelyTarget(r"heart_?disease|cardio|chd|ten_?year_?chd|冠心病|心脏病", question=N_("Who has heart disease?")),
        LikelyTarget(
            r"diagnos(?:is|ed)|诊断|诊断结果",
            question=N_("Which diagnosis is right?"),
            events=("malignant", "m", "4", "positive", "1"),
        ),
        LikelyTarget(
            r"stroke|sepsis|covid(?:_?19)?(?:_?result)?|ckd|hepatitis|脑卒中|中风|脓毒症|感染",
            question=N_("Who falls ill?"),
        ),
        LikelyTarget(r"recurrence|relapse|复发|是否复发", question=N_("In whom will it come back?")),
        LikelyTarget(r"prognosis|disease|疾病|病种", question=N_("Which illness is it?"), stake=0),
        LikelyTarget(
            r"department|medical_?specialty|科室|就诊科室",
            question=N_("Which department should see the patient?"),
            stake=0,
        ),
        LikelyTarget(r"no_?show|爽约|是否爽约", question=N_("Who will not come to the appointment?"), stake=0),
        LikelyTarget(r"outcome|condition|是否患病|患病|结局|转归|预后", question=N_("Who has the illness?")),
        LikelyTarget(r"diabet(?:es|ic)|糖尿病|是否糖尿病", question=N_("Who has diabetes?")),
        LikelyTarget(r"selector|dataset|is_?patient", question=N_("Who has the illness?"), events=("1", "yes")),
        LikelyTarget(
            r"class|classification|target|label|类别|分类|标签",
            question=N_("Who has the illness?"),
            events=("malignant", "ckd", "4", "sick", "1"),
        ),
        LikelyTarget(r"surgical_?lesion", question=N_("Who needs an operation?"), events=("1", "yes")),
        LikelyTarget(
            r"time_?in_?hospital|length_?of_?stay|los(?:_?days)?|住院天数|住院时长",
            question=N_("How many days will a patient stay?"),
            stake=0,
        ),
        LikelyTarget(
            r"charges?|total_?(?:charges|cost)|medical_?(?:cost|charges)|总费用|住院费用|医疗费用",
            question=N_("What will the treatment cost?"),
            stake=0,
        ),
    ),
    events=(
        *("died", "dead", "death", "deceased", "expired", "malignant", "<30", "readmitted", "recurrence-events"),
        *("recurrence", "relapse", "relapsed", "positive", "pos", "sick", "disease", "diseased", "ill", "abnormal"),
        *("presence", "present", "ckd", "stroke", "sepsis", "infected", "severe", "no-show"),
        *("死亡", "恶性", "再入院", "复发", "阳性", "患病", "异常", "确诊", "重症", "有病"),
    ),
    main_metric="roc_auc",
    cost_miss=10.0,
    cost_alarm=1.0,
    cost_why=N_(
        "A sick patient who is missed goes untreated; a healthy one who is named gets one more examination. So a miss "
        "counts ten times a false alarm. Set the figures that fit your ward."
    ),
    capacity=N_("{n:count} {n:patient/patients} the ward can examine more closely"),
    cautions=(
        N_("This is no medical device: a clinician decides, and the result may only be one voice."),
        N_("A model of one hospital may fail at another: test it on patients of the place where it is to be used."),
        N_(
            "Ask of every column whether it is known when the decision is made; treatment often gives the diagnosis "
            "away."
        ),
        N_("A zero for blood pressure, sugar or weight is a value nobody measured, not a low one."),
        N_("A reason shown is a link in the data, not a cause: changing the value need not change the patient's fate."),
    ),
    samples=(
        Sample(
            "breast_cancer",
            N_("Breast tumours"),
            N_("569 real tumours measured under the microscope (Wisconsin): malignant or benign?"),
            False,
            "diagnosis",
        ),
    ),
    order=20,
)
