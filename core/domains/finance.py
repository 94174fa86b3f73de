"""Finance: customers and their loans, cards, contracts and claims; and who will not keep to them."""

from __future__ import annotations

from core.domains.domain import Domain, Known, LikelyTarget, Sample
from core.domains.people import AGE, FAMILY, NUMBER, ORIGIN, PEOPLE, PLACE, SEX, WEALTH
from core.words import N_

MONTHS = N_("months")
MIXED = N_("It mixes sex and marriage in one code: German credit files carry it, and the law forbids deciding by it.")
CALLED = N_("The length of the call is known only after the call, when the answer is known too.")
REPAID = N_("It is written while the loan is being paid back or collected, after the decision.")
LATER = N_("It describes the new offence or what followed, so it holds the answer.")
PRICED = N_("The bank set it by its own view of the risk: fine to price with, poor to judge with.")
SCORED = N_("It is another tool's own answer: the reasons would only repeat it.")
CLOSED = N_("It is written when the customer leaves or the case is closed.")
SCREENED = N_("It is another date of the same case, and may have been written later.")

BAD = (
    r"default(?:_?(?:payment(?:_?next_?month)?|flag|status|ed))?|class|risk|credit_?risk|creditability|credit_?(?:class|rating|"
    r"status)|loan_?(?:status|default|result)|bad(?:_?(?:loan|flag|client))?|good_?bad|target|serious_?dlqin_?2_?yrs|label|y|"
    r"charged_?off|delinquen(?:t|cy)|overdue|是否违约|违约|是否逾期|逾期|是否坏账|坏账|信用风险|好坏|贷款状态|标签"
)
BOUGHT = (
    r"y|subscribed|subscription|deposit|response|accepted|converted|purchase(?:d)?|是否购买|购买|是否认购|认购|成交"
)
LEFT = r"churn(?:ed)?|exited|attrition(?:_?flag)?|left|cancel+ed|lapsed?|流失|是否流失|退保|是否退保"
AGAIN = (
    r"two_?year_?recid|is_?recid|recid(?:ivism)?|is_?violent_?recid|violent_?recid|reoffen(?:d|se|ded)|再犯|是否再犯"
)
CLAIM = r"fraud(?:_?(?:reported|flag|label|ulent))?|is_?fraud|class|欺诈|是否欺诈"

# fmt: off
KNOWN: tuple[Known, ...] = (
    # loans
    Known(r"(?:loan|credit|funded|disbursed|requested|applied)_?(?:amount|amnt|amt|sum)(?:_?term)?|amt_?(?:credit|"
          r"requested)|amount_?(?:financed|requested)|loan|贷款金额|借款金额|贷款额|授信金额|信贷金额",
          N_("Amount of the loan"), low=0, direction="up"),
    Known(r"(?:loan_?|credit_?)?(?:term|tenor|maturity)(?:_?(?:months?|in_?months?))?|duration_?(?:in_?)?months?|"
          r"loan_?duration|贷款期限|借款期限|期限|还款期数",
          N_("Term of the loan"), unit=MONTHS, low=0, high=600, direction="up"),
    Known(r"duration|call_?duration|duration_?(?:sec|seconds)|通话时长|通话时间",
          N_("Duration (of the call, or of the loan)"), low=0, high=100000,
          leaks=(BOUGHT,), why=CALLED),
    Known(r"(?:int(?:erest)?_?rate|apr|loan_?int_?rate|rate|利率|年利率|贷款利率)",
          N_("Rate of interest"), unit="%", low=0, high=500, direction="up",
          leaks=(BAD,), ask=True, why=PRICED),
    Known(r"grade|sub_?grade|loan_?grade|(?:internal_?)?rating|评级|信用评级|贷款等级", N_("Grade given by the lender"),
          leaks=(BAD,), ask=True, why=SCORED),
    Known(r"installments?|instalments?|monthly_?payment|emi|amt_?annuity|annuity|月供|每月还款额|分期金额",
          N_("Instalment"), low=0, direction="up"),
    Known(r"installment_?(?:as_?income_?perc|rate|commitment)|loan_?percent_?income|payment_?to_?income|"
          r"分期付款占收入比|还款收入比",
          N_("Instalment as a share of income"), low=0, high=100, direction="up"),
    Known(r"dti|debt_?(?:to_?income)?_?ratio|debt_?to_?income|debtinc|负债率|负债收入比|资产负债率",
          N_("Debt as a share of income"), low=0, direction="up"),
    Known(r"purpose(?:_?of_?(?:the_?)?loan)?|loan_?(?:purpose|intent)|title|desc(?:ription)?|贷款用途|借款用途|用途",
          N_("Purpose of the loan")),
    Known(r"(?:total_?(?:pymnt|payment|rec_?(?:prncp|int|late_?fee))|out_?prncp|last_?pymnt_?(?:d|amnt)|"
          r"next_?pymnt_?d|recover(?:y|ies)|collection_?recovery_?fee|settlement_?.*|hardship_?.*|"
          r"debt_?settlement_?.*|amount_?(?:repaid|recovered)|paid_?(?:amount|principal)|days_?past_?due(?:_?final)?|"
          r"write_?off(?:_?(?:date|amount))?|chargeoff_?.*|mis_?date|chgoffprin(?:gr)?|"
          r"已还金额|回收金额|核销金额|核销日期|催收.*|最近还款日|结清日期)(?:_?inv)?",
          N_("Paid back or collected"), part="leak", leaks=(BAD,), why=REPAID),
    Known(r"credit_?(?:history|hist)(?:_?length)?|cb_?person_?(?:cred_?hist_?length|default_?on_?file)|信用历史|"
          r"信用记录|征信记录",
          N_("Credit history"), immutable=True),
    Known(r"(?:ext_?source_?[123]|fico(?:_?(?:score|range_?low|range_?high))?|credit_?score|bureau_?score|信用分|"
          r"信用评分|芝麻信用分|征信评分)",
          N_("Credit score"), low=0, high=1000, direction="down"),
    Known(r"last_?fico_?range_?(?:low|high)", N_("Latest credit score"), part="leak", leaks=(BAD,), why=REPAID),
    Known(r"(?:late|missed|past_?due)_?payments?|(?:number_?of_?)?times?_?(?:30|60|90)(?:_?(?:59|"
          r"89))?_?days?_?(?:late|past_?due_?not_?worse)|number_?of_?time_?(?:30|60)_(?:59|"
          r"89)_?days_?past_?due_?not_?worse|"
          r"delinq(?:_?2_?yrs|uencies)?|num_?delinq|derog|逾期次数|迟付次数|历史逾期次数",
          N_("Payments made late before"), low=0, high=100, immutable=True, only="up", direction="up"),
    Known(r"pay_?(?:status_?)?[0-6]|repay_?status_?.*|(?:上|前)?[1-6]?个?月还款状态|还款状态",
          N_("Payment status of a month"), low=-2, high=12, direction="up"),
    Known(r"bill_?amt_?[1-6]|bill_?amount.*|statement_?balance|账单金额.*", N_("Amount of a monthly bill")),
    Known(r"pay_?amt_?[1-6]|payment_?amount.*|amount_?paid_?[1-6]|还款金额.*",
          N_("Amount paid in a month"), low=0, direction="down"),
    Known(r"limit_?bal|credit_?limit|total_?(?:rev_?hi_?lim|credit_?limit)|card_?limit|信用额度|授信额度|额度",
          N_("Credit limit"), low=0, direction="down"),
    Known(r"(?:share_?of_?credit_?used|revol(?:ving)?_?util(?:ization)?(?:_?of_?unsecured_?lines)?|(?:avg_?|"
          r"credit_?)?utili[sz]ation(?:_?ratio|_?rate)?|额度使用率|信用使用率)",
          N_("Share of credit used"), low=0, direction="up"),
    Known(r"revol_?bal|total_?revolving_?bal|outstanding(?:_?(?:balance|debt))?|(?:total_?|other_?)?debt|负债|总负债|"
          r"未偿余额|循环余额",
          N_("Debt"), direction="up"),
    Known(r"open_?acc|total_?acc|number_?of_?(?:open_?credit_?lines_?and_?loans|accounts|credit_?cards)|"
          r"credits_?this_?bank|existing_?credits|num_?(?:of_?)?(?:credits?|accounts?|loans?)|"
          r"number_?real_?estate_?loans_?or_?lines|clno|账户数|贷款笔数|信用卡数量|现有信贷数",
          N_("Accounts and loans"), low=0, high=500),
    Known(r"mort_?due|(?:house|home)_?value|mortgage(?:_?(?:amount|balance|due))?|房屋价值|按揭余额|房贷余额",
          N_("House and mortgage"), low=0),
    Known(r"cl_?age|最早信用账户账龄", N_("Age of the oldest credit"), only="up", direction="down"),
    Known(r"inq(?:uiries)?(?:_?last_?(?:6_?mths|12m))?|ninq|查询次数|征信查询次数",
          N_("Requests for credit lately"), low=0, high=200, direction="up"),
    Known(r"pub_?rec(?:_?bankruptcies)?|bankruptc(?:y|ies)|破产记录|公共记录",
          N_("Bankruptcies on record"), low=0, high=50, immutable=True, only="up", direction="up"),
    Known(r"collateral|guarantors?|other_?debtors|other_?parties|co_?signer|担保|担保方式|担保人|抵押物|其他债务人",
          N_("Security or guarantor"), direction="down"),
    Known(r"other_?(?:installment|instalment|payment)_?plans|其他分期计划", N_("Other instalment plans")),
    Known(r"(?:down_?payment|deposit_?amount|ltv|loan_?to_?value|首付|首付比例|抵押率)", N_("Own share of the price")),
    # money and work
    Known(r"(?:yearly|annual|monthly|gross|net|total|person|applicant|household|coapplicant|"
          r"co_?applicant)?_?(?:income|salary|inc|wage|earnings)(?:_?(?:total|usd|per_?(?:year|month)))?|"
          r"amt_?income_?total|estimated_?salary|annual_?inc|年收入|月收入|收入|工资|月薪|年薪",
          N_("Income"), low=0, direction="down"),
    Known(r"income_?(?:bracket|category|level|class|50k)|>50k|class_?50k|收入等级|收入水平|收入是否大于50k",
          N_("Level of income"), part="target"),
    Known(r"(?:account_?check(?:ing)?_?status|check(?:ing)?_?(?:account|status|acc)(?:_?status)?|"
          r"status_?of_?(?:existing_?)?checking_?account|account_?status|支票账户|活期账户|账户状态)",
          N_("Current account")),
    Known(r"savings?(?:_?(?:accounts?|status|balance|acc|account_?bonds))?|储蓄|储蓄账户|存款|存款余额",
          N_("Savings"), direction="down"),
    Known(r"(?:account_?|avg_?|current_?)?balance|余额|账户余额|平均余额", N_("Balance of the account")),
    Known(r"assets|net_?worth|total_?assets|资产|总资产|净资产", N_("Assets"), direction="down"),
    Known(r"job|occupation(?:_?type)?|profession|employment(?:_?(?:type|status))?|work_?class|name_?income_?type|"
          r"organization_?type|emp_?title|职业|工作|职业类型|就业状况|单位性质",
          N_("Occupation")),
    Known(r"(?:present_?)?emp(?:loyment|loyed)?_?(?:since|length|years|duration)|years?_?(?:in|"
          r"at)_?(?:current_?)?job|days_?employed|person_?emp_?length|employment_?since|yoj|工作年限|工龄|在职年限|"
          r"现职年限",
          N_("Years in the job"), unit=N_("years"), direction="down"),
    Known(r"education_?(?:num|years|number)|years_of_(?:education|schooling|study)|受教育年限",
          N_("Years of schooling"), low=0, high=40, only="up", sensitive=True, why=WEALTH),
    Known(r"education(?:_?(?:level|num|years|number|type))?|name_?education_?type|edu(?:_?level)?|学历|受教育程度|"
          r"教育程度|文化程度",
          N_("Schooling"), sensitive=True, why=WEALTH),
    Known(r"personal_?status(?:_?(?:and_?)?sex)?|status_?sex|sex_?marital|个人状况与性别|个人状况",
          N_("Sex and marital status in one"), immutable=True, sensitive=True, why=MIXED),
    Known(r"x?_?age_?(?:years)?|person_?age|客户年龄",
          N_("Age"), immutable=True, only="up", sensitive=True, cuts=(25,), why=AGE),
    Known(r"days_?birth", N_("Age"), immutable=True, sensitive=True, why=AGE),
    Known(r"housing|home_?ownership|person_?home_?ownership|own_?(?:house|home)|flag_?own_?realty|"
          r"name_?housing_?type|house_?ownership|住房|住房情况|住房类型|房产|是否有房",
          N_("Housing")),
    Known(r"present_?res(?:idence)?_?since|residence_?since|years?_?at_?(?:residence|address)|居住年限|现居住年限",
          N_("Years at the address"), low=0, high=100, direction="down"),
    Known(r"property(?:_?(?:magnitude|type|area|value))?|real_?estate|财产|财产类型|房产价值", N_("Property")),
    Known(r"own_?car|flag_?own_?car|car_?owner|vehicle|是否有车|车辆", N_("Owns a car")),
    Known(r"(?:own_?)?telephone|own_?phone|flag_?(?:phone|mobil|email|work_?phone|emp_?phone|cont_?mobile)|登记电话",
          N_("Has a telephone")),
    Known(r"capital_?(?:gain|loss)(?:es|s)?|资本利得|资本损失", N_("Gains and losses from capital"), low=0),
    Known(r"hours_?per_?week|work_?hours|每周工时|每周工作小时",
          N_("Hours worked per week"), unit=N_("hours"), low=0, high=168),
    Known(r"fnlwgt|final_?weight|sample_?weight|weight|抽样权重|权重", N_("Weight of the sample"), low=0),
    # customers, campaigns, contracts
    Known(r"customer_?(?:id|no|number|key|nbr)|client_?(?:id|no|num|number)|clientnum|sk_?id_?curr|applicant_?id|"
          r"cust_?id|account_?(?:id|no|number)|card_?(?:id|no|number)|borrower_?id|member_?id|客户编?号|客户id|账号|"
          r"账户编?号|卡号|借款人编号",
          N_("Customer number"), part="group", immutable=True, why=NUMBER),
    Known(r"(?:loan|application|contract|policy|transaction|trans|order|claim)_?(?:id|no|number|key|nr|nbr)|"
          r"policy_?number|merch_?zipcode_?id|贷款编号|申请编号|合同编?号|保单号|交易编?号|交易流水号|订单号",
          N_("Contract number"), part="identifier", why=NUMBER),
    Known(r"issue_?(?:d|date)|appl(?:ication|ied)_?(?:on|date)|origination_?date|loan_?date|booking_?date|放款日期|"
          r"申请日期|贷款日期|申请时间|放款时间",
          N_("Date of the application"), part="time"),
    Known(r"(?:transaction|trans|trx)_?(?:date|time)(?:_?trans_?time)?|trans_date_trans_time|trade_?date|交易日期|"
          r"交易时间",
          N_("Time of the payment"), part="time"),
    Known(r"earliest_?cr_?line|account_?open(?:ed|ing)?_?date|join(?:ed)?_?date|开户日期|开卡日期",
          N_("Customer since"), immutable=True),
    Known(r"tenure|months_?on_?book|mths_?since.*|vintage|relationship_?(?:length|years)|在网时长|客户年限|账龄",
          N_("Time as a customer"), low=0, only="up", direction="down"),
    Known(r"num_?of_?products|products_?number|total_?relationship_?count|持有产品数|产品数量",
          N_("Products held"), low=0, high=50),
    Known(r"has_?cr_?card|credit_?card|card_?(?:category|type)|信用卡|卡类型", N_("Credit card")),
    Known(r"is_?active_?member|active_?member|活跃客户|是否活跃", N_("Active customer"), direction="down"),
    Known(r"complain(?:t|ts|ed)?|是否投诉|投诉", N_("Complained"), direction="up", leaks=(LEFT,), ask=True, why=CLOSED),
    Known(r"churn_?(?:reason|category|score|value|label)|exit_?(?:date|reason)|cancel+ation_?(?:date|reason)|"
          r"customer_?status|流失原因|流失日期|退保日期|退保原因",
          N_("How the customer left"), part="leak", leaks=(LEFT,), why=CLOSED),
    Known(r"contact(?:_?(?:type|method|channel))?|联系渠道", N_("Way of contact")),
    Known(r"month|月份|月", N_("Month")),
    Known(r"day(?:_?of_?(?:week|month))?|weekday|星期|星期几", N_("Day")),
    Known(r"campaign|contacts_?(?:count|this_?campaign)|本次营销联系次数|联系次数",
          N_("Contacts in this campaign"), low=0, high=1000, direction="down"),
    Known(r"pdays|days_?since_?last_?contact|距上次联系天数",
          N_("Days since the last contact"), unit=N_("days"), low=-1, high=10000),
    Known(r"previous|previous_?contacts|以往联系次数", N_("Contacts before"), low=0, high=1000, only="up"),
    Known(r"p_?outcome|previous_?outcome|上次营销结果", N_("Result of the last campaign"), immutable=True),
    Known(r"emp_?var_?rate|nr_?employed|cons_?(?:price|conf)_?idx|euribor_?3m|cpi|gdp(?:_?growth)?|"
          r"unemployment(?:_?rate)?|就业变化率|消费者价格指数|消费者信心指数|同业拆借利率|失业率",
          N_("State of the economy")),
    # cards and claims
    Known(r"amount|amt|transaction_?(?:amount|value)|trans_?amount|金额|交易金额|刷卡金额", N_("Amount")),
    Known(r"v[1-9][0-9]?|pc[1-9][0-9]?", N_("Masked measure")),
    Known(r"merchant(?:_?(?:id|name|category))?|mcc|category|商户|商户类型|商户名称", N_("Merchant")),
    Known(r"(?:old|new)balance_?(?:org|orig|dest)|交易后余额|交易前余额", N_("Balance around the payment")),
    Known(r"is_?flagged_?fraud|fraud_?(?:score|type|investigation.*)|已标记欺诈",
          N_("Flagged as fraud"), part="leak", leaks=(CLAIM,), why=SCORED),
    Known(r"(?:total_?|injury_?|property_?|vehicle_?)?claims?_?(?:amount|cost|paid)?|incurred|paid_?loss|赔付金额|"
          r"理赔金额|索赔金额",
          N_("Amount claimed"), low=0),
    Known(r"(?:annual_?|policy_?(?:annual_?)?)?premium|保费|年保费", N_("Premium"), low=0),
    Known(r"policy_?(?:type|state|csl|deductable|deductible|bind_?date)|coverage|deductible|险种|保单类型|免赔额",
          N_("Terms of the policy")),
    Known(r"incident_?(?:type|severity|date|state|city|hour.*)|collision_?type|事故类型|事故严重程度", N_("Incident")),
    # courts
    Known(r"two_?year_?recid|二年内再犯|两年内再犯",
          N_("New offence within two years"), part="target", leaks=(AGAIN,), why=LATER),
    Known(r"is_?recid|violent_?recid|is_?violent_?recid|(?:v?r)_(?:charge_degree|charge_desc|days_from_arrest|"
          r"offense_date|jail_in|jail_out|case_number)|event|end|(?:in|out)_?custody|再犯.*日期|再犯罪名",
          N_("What followed"), part="leak", leaks=(AGAIN,), why=LATER),
    Known(r"start|c_?jail_?(?:in|out)|c_?case_?number|入狱日期|出狱日期",
          N_("Custody of this case"), leaks=(AGAIN,), ask=True, why=SCREENED),
    Known(r"(?:v_?)?(?:decile_?score|score_?text|raw_?score)(?:[._]?1)?|compas_?score|risk_?(?:assessment|score)|"
          r"风险评估分|再犯风险评分",
          N_("Risk said by another tool"),
          part="leak", leaks=(AGAIN, BAD), why=SCORED),
    Known(r"(?:v_?)?type_?of_?assessment", N_("Kind of assessment")),
    Known(r"priors?_?count(?:[._]?1)?|prior_?(?:offenses|arrests|convictions)|juv_?(?:fel|misd|other)_?count|前科次数",
          N_("Offences before"), low=0, high=200, immutable=True, only="up", direction="up"),
    Known(r"c_?charge_?(?:degree|desc)|offense_?(?:type|degree)|罪名|指控等级",
          N_("Charge of this case"), immutable=True),
    Known(r"days_?b_?screening_?arrest|c_?days_?from_?compas",
          N_("Days between arrest and screening"), unit=N_("days")),
    Known(r"(?:compas_?|v_?)?screening_?date|c_?(?:offense|arrest)_?date|评估日期",
          N_("Date of the case"), part="time"),
    # markets and firms
    Known(r"sentence|headline|news|text|comment|review|tweet|标题|新闻|评论|股评|文本|内容", N_("Text")),
    Known(r"sentiment|polarity|情感|情绪|情感倾向|极性", N_("Mood of the text"), part="target"),
    Known(r"(?:open|high|low|close|adj_?close|last)(?:_?price)?|price|开盘价?|最高价?|最低价?|收盘价?|价格",
          N_("Price"), low=0),
    Known(r"volume|turnover|成交量|成交额|换手率", N_("Volume traded"), low=0),
    Known(r"bankrupt\??|是否破产|破产|st|是否st", N_("Bankrupt"), part="target"),
    Known(r"(?:roa|roe|current_?ratio|quick_?ratio|debt_?ratio|gross_?margin|net_?margin|ebit(?:da)?|revenue|"
          r"net_?(?:income|profit)|total_?liabilities|cash_?flow).*|净资产收益率|总资产收益率|流动比率|速动比率|"
          r"毛利率|净利率|营业收入|净利润",
          N_("Figure of the firm's accounts")),
    # outcomes
    Known(BAD, N_("Paid back or not"), part="target"),
    Known(BOUGHT, N_("Said yes to the offer"), part="target"),
    Known(LEFT, N_("Customer left"), part="target"),
    Known(CLAIM, N_("Fraud"), part="target"),
    # people, where finance has names of its own
    Known(r"marriage|marital(?:_?status)?|name_?family_?status|婚姻状况",
          N_("Marital status"), sensitive=True, why=FAMILY),
    Known(r"foreign_?worker|外籍劳工|外籍工人", N_("Worker from abroad"), immutable=True, sensitive=True, why=ORIGIN),
    Known(r"code_?gender|applicant_?gender|客户性别", N_("Sex"), immutable=True, sensitive=True, why=SEX),
    Known(r"geography|addr_?state|region_?(?:rating_?client.*|population_?relative)|branch(?:_?code)?|网点|分行|"
          r"所在省份",
          N_("Region"), sensitive=True, why=PLACE),
    *PEOPLE,
)
# fmt: on

DOMAIN = Domain(
    key="finance",
    title=N_("Finance"),
    tagline=N_(
        "Judge risks by evidence: who will not pay, who will leave, what the text says; with reasons you can defend."
    ),
    case=N_("customer"),
    cases=N_("customers"),
    known=KNOWN,
    targets=(
        LikelyTarget(
            r"default(?:_?(?:payment(?:_?next_?month)?|flag|status|ed))?|serious_?dlqin_?2_?yrs|charged_?off|bad(?:_?(?:loan|flag|"
            r"client))?|loan_?default|是否违约|违约|是否逾期|是否坏账|坏账",
            question=N_("Who will not pay back?"),
            events=("1", "yes", "bad", "default"),
        ),
        LikelyTarget(
            r"loan_?(?:status|result)|贷款状态",
            question=N_("Which loans will go bad?"),
            events=("charged off", "default", "defaulted", "late", "1"),
        ),
        LikelyTarget(
            r"credit_?risk|risk|good_?bad|credit_?(?:class|rating|status)|信用风险|好坏",
            question=N_("Who is a bad risk?"),
            events=("bad", "2", "high", "bad risk", "坏"),
        ),
        LikelyTarget(r"creditability", question=N_("Who is a bad risk?"), events=("bad", "0", "no")),
        LikelyTarget(AGAIN, question=N_("Who will offend again?")),
        LikelyTarget(LEFT, question=N_("Which customers will leave?"), events=("attrited customer",)),
        LikelyTarget(
            r"fraud(?:_?(?:reported|flag|label|ulent))?|is_?fraud|欺诈|是否欺诈",
            question=N_("Which payments are fraud?"),
        ),
        LikelyTarget(r"bankrupt\??|是否破产|破产", question=N_("Which firms will go bankrupt?")),
        LikelyTarget(
            r"income_?(?:bracket|category|level|class|50k)|>50k|收入等级|收入水平",
            question=N_("Who earns much?"),
            events=(">50k", ">50k."),
            stake=0,
        ),
        LikelyTarget(r"sentiment|polarity|情感|情绪|情感倾向|极性", question=N_("Is the mood good or bad?"), stake=0),
        LikelyTarget(BOUGHT, question=N_("Who will say yes to the offer?"), events=("yes", "1"), stake=0),
        LikelyTarget(
            r"approv(?:ed|al)|loan_?approv(?:ed|al)(?:_?status)?|是否通过审批|审批结果",
            question=N_("Which applications are approved?"),
            stake=0,
        ),
        LikelyTarget(
            r"class|target|label|outcome|标签|目标|类别",
            question=N_("Who is a bad risk?"),
            events=("bad", "2", "1", "+"),
        ),
        LikelyTarget(
            r"(?:yearly|annual)?_?income|年收入|收入",
            "{column}=>50K",
            question=N_("Who earns much?"),
            events=(">50k", ">50k."),
            stake=0,
        ),
        LikelyTarget(
            r"(?:total_?)?claims?_?(?:amount|cost)|charges|赔付金额|理赔金额",
            question=N_("What will a claim cost?"),
            stake=0,
        ),
    ),
    events=(
        *("default", "defaulted", "bad", "charged off", "charged-off", "late", "delinquent", "overdue", "fraud"),
        *(
            "fraudulent",
            "churn",
            "churned",
            "attrited customer",
            "exited",
            "left",
            "bankrupt",
            "negative",
            ">50k",
            ">50k.",
        ),
        *("违约", "逾期", "坏", "坏账", "欺诈", "流失", "破产", "高风险", "负面", "消极"),
    ),
    main_metric="roc_auc",
    cost_miss=5.0,
    cost_alarm=1.0,
    cost_why=N_(
        "A loan that goes bad costs much of what was lent; a good customer who is refused costs the interest. So a "
        "miss "
        "counts five times a false alarm, as in the German credit data."
    ),
    capacity=N_("{n:count} {n:application/applications} the team can check by hand"),
    cautions=(
        N_("Who is refused has a right to the reasons: keep them, and let a person decide."),
        N_(
            "Sex, age, marriage and origin must not decide; other columns, such as the postcode, can stand in for them."
        ),
        N_("Only customers who were once accepted are in the file: for others the model guesses."),
        N_("Use only what was known on the day of the decision; payments and calls that came later hold the answer."),
        N_("Times change: test on the latest applications, and look again every few months."),
    ),
    samples=(
        Sample(
            "loans",
            N_("Loans that go bad"),
            N_("5,000 made-up loans: income, amount, late payments, the purpose in words; who will default?"),
            True,
            "Default",
            ("Sex", "Age", "Nationality"),
        ),
    ),
    reasons="adverse",
    order=30,
)
