/* asset.c - finds compiled-in files; see asset.h. */
#include "web/asset.h"

const struct asset *asset_find(struct slice path)
{
	for (size_t i = 0; i < n_assets; i++)
		if (slice_is(path, assets[i].address))
			return &assets[i];
	return NULL;
}
