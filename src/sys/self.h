/* self.h - as whom this process runs. */
#ifndef TOCSIN_SYS_SELF_H
#define TOCSIN_SYS_SELF_H

#include <sys/types.h>

uid_t self_uid(void); /* effective */

#endif
