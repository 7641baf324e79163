"""The names, by their words, under which secrets and personal data stand."""

from __future__ import annotations


def listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BY_KIND = {
    "password": """
        password passwd passphrase pwd passcode pass userpassword user_pass db_pass pin pin_code otp totp
        otp_code mfa_code cvv cvc cvv2 cvc2 security_code card_code
    """,
    "token": """
        token secret apikey api_key app_key application_key access_key access_key_id secret_key private_key
        signing_key encryption_key account_key auth_key shared_key subscription_key functions_key master_key
        license_key webhook_key integration_key routing_key credential credentials bearer jwt assertion
        saml_response samlresponse samlrequest session session_id sessionid sid jsessionid phpsessid csrf
        xsrf csrftoken xsrftoken csrfmiddlewaretoken authenticity_token signature sig hmac code_verifier
        device_code user_code auth_code authorization_code oauth_verifier security_token sas
        connection_string connectionstring dsn recovery_code backup_code verification_code one_time_code
        secret_access_key awsaccesskeyid authtoken accesstoken refreshtoken idtoken sessiontoken
        clientsecret privatekey secretkey accesskey subscriptionkey token_secret x_amz_credential magic_link
        invite_code id_token_hint
        hapikey secret_string wskey art_api access_sign identity_pool_token
    """,
    "opaque": """
        key code auth password_hash hash_key ticket nonce_secret
        authentication
    """,
    "authorization": """
        authorization proxy_authorization x_forwarded_authorization
    """,
    "email": """
        email e_mail email_address mail_address emailaddress user_mail
        emails email_addresses
    """,
    "phone": """
        phone phone_number phonenumber telephone tel mobile mobile_number cell cellphone fax msisdn whatsapp
        phones phone_numbers telephones mobiles
    """,
    "name": """
        first_name firstname last_name lastname given_name givenname family_name familyname full_name
        fullname surname middle_name maiden_name forename legal_name account_holder cardholder card_holder
        cardholder_name name_on_card patient_name customer_name employee_name contact_name recipient_name
        beneficiary_name
        real_name realname
    """,
    "user-name": """
        username user_name preferred_username screen_name upn unique_name samaccountname
        user_principal_name userprincipalname
    """,
    "address": """
        street street_address streetaddress address_line address_line1 address_line2 address1 address2 addr1
        addr2 address_line_1 address_line_2 street_name house_number postal_address home_address
        mailing_address billing_address shipping_address formatted_address
        line1 line2 street1 street2
    """,
    "postcode": """
        postcode post_code postal_code postalcode zip zip_code zipcode
    """,
    "birth-date": """
        birth_date birthdate date_of_birth dateofbirth dob birthday birth_day
    """,
    "card": """
        card_number cardnumber credit_card creditcard credit_card_number cc_number ccnum pan card_no
    """,
    "iban": """
        iban iban_number
    """,
    "account-number": """
        account_number accountnumber bank_account bank_account_number routing_number sort_code passport
        passport_number passport_no drivers_license driver_license driving_licence license_number
        licence_number medical_record_number mrn health_insurance_number insurance_number
    """,
    "ssn": """
        ssn social_security_number social_security
    """,
    "nino": """
        nino national_insurance_number ni_number
    """,
    "dni": """
        dni nie dni_nie
    """,
    "codice-fiscale": """
        codice_fiscale codicefiscale fiscal_code
    """,
    "nir": """
        nir numero_securite_sociale insee_number
    """,
    "steuer-id": """
        steuer_id steuerid steueridentifikationsnummer steuernummer
    """,
    "bsn": """
        bsn burgerservicenummer
    """,
    "national-id": """
        national_id nationalid national_id_number tax_id taxid tin identity_number personal_id_number pesel
        cpf
    """,
}
ALONE = listed(
    "pass authentication session sig pin sid key code auth ticket name tel cell mobile fax pan nie nir dni tin cpf"
    " zip street mrn passport credentials credential nino user_code routing_key security_code"
)
"""Names that mean it when they stand alone; as a last word they mean too many things."""
HARMLESS = listed("""
    next_token page_token next_page_token continuation_token sync_token cursor_token pagination_token no_pass
    first_pass max_token new_token stop_token eos_token bos_token pad_token unk_token sep_token cls_token mask_token
    special_token has_token is_token use_token next_continuation_token public_key_token no_session new_session
""")
KINDS = {name: kind for kind, names in _BY_KIND.items() for name in names.split()}
LONGEST = max(name.count("_") + 1 for name in KINDS)

PEOPLE = listed("""
    user users customer customers person people patient patients author owner member members contact contacts
    employee employees assignee reporter recipient sender creator claimant applicant beneficiary guardian spouse
    driver passenger subscriber policyholder payer payee cardholder invitee requester responder profile
""")
PERSON_SIGNS = frozenset({"email", "phone", "birth-date", "ssn", "national-id", "name"})
OF_PEOPLE = dict.fromkeys(listed("name display_name displayname nickname nick"), "name") | dict.fromkeys(
    listed("login handle"), "user-name"
)
"""Names that mean a person's where what stands around speaks of one."""
PARTS_OF_NAMES = listed("family given")
"""In FHIR's HumanName."""
KEY_PARTS = listed("d p q dp dq qi k")
"""The private members of a JSON Web Key (RFC 7518), which has `kty` too."""
CONTAINERS = listed("secrets passwords credentials cookies api_keys apikeys access_keys private_keys")
INNER = listed("value data raw plaintext plain current secret_string string text content")
SCORES = listed("logprob logprobs top_logprobs")
NAMING = ("name", "key", "field", "header", "parameter", "variable", "property", "system", "type", "label")
"""Members that name what stands in the `value` beside them; the last three only where a person is reached."""
LOOSELY_NAMING = listed("system type label")
ENDINGS = {"apikey": "token", "secret": "token", "password": "password", "passwd": "password"}
"""What a last word may end in, for names that are written in one word."""
