/* self.c - as whom this process runs; see self.h. */
#include "sys/self.h"

#include <unistd.h>

uid_t self_uid(void)
{
	return geteuid();
}
