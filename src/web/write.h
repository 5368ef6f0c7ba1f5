/*
 * write.h - what compiled templates call: a value by its C type, always escaped, and the filters
 * "{{ v.at:time }}" as write_time() and so on. A type that is not in the lists does not compile.
 */
#ifndef TOCSIN_WEB_WRITE_H
#define TOCSIN_WEB_WRITE_H

#include "http/html.h"

/* A template and what it prints, paired for whoever writes it later (the frame around a page). */
struct html_part {
	void (*write)(struct html *h, const void *view);
	const void *view;
};

void html_part_write(struct html *h, struct html_part part);

void html_unsigned(struct html *h, uint64_t number);

#define html_put(h, value) \
	_Generic((value), \
	    const char *: html_text, char *: html_text, struct slice: html_slice, \
	    int: html_number, long: html_number, \
	    unsigned short: html_unsigned, unsigned: html_unsigned, unsigned long: html_unsigned)( \
	    h, value)

/* The truth of a value in {% if %}: a text that is not empty, a number that is not 0. */
bool is_given_text(const char *text);
bool is_given_number(uint64_t number);
bool is_given_pointer(const void *pointer);

#define is_given(value) \
	_Generic((value), \
	    const char *: is_given_text, char *: is_given_text, \
	    bool: is_given_number, unsigned: is_given_number, unsigned long: is_given_number, \
	    default: is_given_pointer)(value)

/* "<time datetime="2026-03-03T14:02:05Z">3 March 2026, 14:02 UTC</time>"; 0 writes "never". */
void write_time(struct html *h, uint64_t unix_s);

/* A length of time: "4 s", "12 min", "3 h", "5 days". */
void write_span(struct html *h, uint64_t seconds);

/* "240 ms", "1.2 s" */
void write_ms(struct html *h, uint64_t ms);

/* Octets for people: "912 B", "14 KB", "2.3 MB" */
void write_size(struct html *h, uint64_t octets);

/* For the start of href and action: an address on this site ("/..."), else "#". */
void write_url(struct html *h, const char *url);

/* The same for an address on another site, "https://...". */
void write_https(struct html *h, const char *url);

/* For a part of an address: all but the unreserved characters as %XX. */
void write_part(struct html *h, const char *text);

#endif
