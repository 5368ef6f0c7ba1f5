/*
 * asset.h - the files that every page needs (style, script, icon), compiled in. Their addresses
 * hold a hash of their content, "/assets/HASH/NAME", and are known to templates alone.
 */
#ifndef TOCSIN_WEB_ASSET_H
#define TOCSIN_WEB_ASSET_H

#include "base/slice.h"

struct asset {
	const char *address;
	const char *media_type;
	const char *data;
	size_t len;
};

extern const struct asset assets[]; /* made by assets/embed.py */
extern const size_t n_assets;

const struct asset *asset_find(struct slice path); /* NULL when there is none */

#endif
