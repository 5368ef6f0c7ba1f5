/* tls_x509.c - a certificate as words and dates; see tls_private.h. */
#include <arpa/inet.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buffer.h"
#include "sys/clock.h"
#include "sys/tls_private.h"

enum {
	DAY = 86400,
};

/* Copies what fits, cut between UTF-8 characters; control characters become "?". */
static void copy_text(struct slice s, char *ret_text, size_t size)
{
	size_t len = size_min(s.len, size - 1);

	while (len < s.len && len > 0 && ((unsigned char)s.data[len] & 0xc0) == 0x80)
		len--;
	for (size_t i = 0; i < len; i++)
		ret_text[i] = char_is_control(s.data[i]) ? '?' : s.data[i];
	ret_text[len] = '\0';
	if (!slice_is_utf8(slice_make(ret_text, len)))
		snprintf(ret_text, size, "(unreadable)");
}

static void name_text(const X509_NAME *name, char *ret_text, size_t size)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *data;
	long len;

	ret_text[0] = '\0';
	if (bio == NULL)
		return;
	/* "CN = mail.example, O = Example"; UTF-8 stays readable */
	X509_NAME_print_ex(bio, name, 0, XN_FLAG_ONELINE & ~(unsigned long)ASN1_STRFLGS_ESC_MSB);
	len = BIO_get_mem_data(bio, &data);
	if (len > 0)
		copy_text(slice_make(data, (size_t)len), ret_text, size);
	BIO_free(bio);
}

static void append_name(struct buffer *out, const GENERAL_NAME *name)
{
	char text[INET6_ADDRSTRLEN];
	int type;
	const ASN1_STRING *value = GENERAL_NAME_get0_value(name, &type);
	const unsigned char *bytes;
	int len;

	if (type != GEN_DNS && type != GEN_IPADD)
		return;
	bytes = ASN1_STRING_get0_data(value);
	len = ASN1_STRING_length(value);
	if (type == GEN_IPADD && len != 4 && len != 16)
		return;
	if (out->len > 0)
		buffer_append_text(out, ", ");
	if (type == GEN_DNS)
		buffer_append(out, bytes, (size_t)len);
	else
		buffer_append_text(out,
		    inet_ntop(len == 4 ? AF_INET : AF_INET6, bytes, text, sizeof(text)));
}

static void names_text(const X509 *certificate, char *ret_text, size_t size)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
	struct buffer out;

	buffer_init(&out, 64 * 1024);
	for (int i = 0; i < sk_GENERAL_NAME_num(names) && out.len < size; i++)
		append_name(&out, sk_GENERAL_NAME_value(names, i));
	copy_text(buffer_slice(&out), ret_text, size);
	buffer_release(&out);
	GENERAL_NAMES_free(names);
}

static int64_t seconds_of(const ASN1_TIME *time)
{
	struct tm tm;

	return ASN1_TIME_to_tm(time, &tm) == 1 ? timegm(&tm) : 0;
}

static void fingerprint_text(const X509 *certificate, char *ret_text, size_t size)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	ret_text[0] = '\0';
	if (X509_digest(certificate, EVP_sha256(), hash, &n) != 1)
		return;
	for (size_t i = 0; i < n && (i + 1) * 3 <= size; i++)
		snprintf(ret_text + i * 3, size - i * 3, i + 1 < n ? "%02X:" : "%02X", hash[i]);
}

void tls_describe(const X509 *certificate, struct tls_certificate *ret_certificate)
{
	struct tls_certificate *c = ret_certificate;
	int64_t left;

	name_text(X509_get_subject_name(certificate), c->subject, sizeof(c->subject));
	name_text(X509_get_issuer_name(certificate), c->issuer, sizeof(c->issuer));
	names_text(certificate, c->names, sizeof(c->names));
	c->not_before = seconds_of(X509_get0_notBefore(certificate));
	c->not_after = seconds_of(X509_get0_notAfter(certificate));
	left = c->not_after - clock_wall();
	c->days_left = (int)(left >= 0 ? left / DAY : -((-left + DAY - 1) / DAY));
	fingerprint_text(certificate, c->fingerprint, sizeof(c->fingerprint));
	c->ca_signed = X509_NAME_cmp(X509_get_subject_name(certificate),
	    X509_get_issuer_name(certificate)) != 0;
}

void tls_date_text(int64_t wall, char ret_text[16])
{
	time_t seconds = (time_t)wall;
	struct tm tm;

	if (gmtime_r(&seconds, &tm) == NULL || strftime(ret_text, 16, "%Y-%m-%d", &tm) == 0)
		snprintf(ret_text, 16, "an unknown day");
}
