/*
 * Lets Debian 12's OpenSMTPD 6.8 serve TLS. It keeps private keys in a process of their own, which
 * fails with OpenSSL 3 ("missing private key": OpenSMTPD issues 1171 and 1239). Preloaded with
 * LD_PRELOAD, this gives the process that speaks TLS the key itself. For tests only.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

/* Declared here so that OpenSSL's headers need not be installed. */
void *BIO_new_mem_buf(const void *buffer, int length);
void *PEM_read_bio_PrivateKey(void *bio, void **key, void *callback, void *argument);

static char pem[16384];
static int pem_length;

/* Runs before the process enters its chroot, where the file could no longer be read. */
__attribute__((constructor)) static void read_key(void)
{
	const char *path = getenv("OPENSMTPD_KEY");
	FILE *file = path == NULL ? NULL : fopen(path, "r");

	if (file == NULL)
		return;
	pem_length = (int)fread(pem, 1, sizeof(pem), file);
	fclose(file);
}

int SSL_CTX_use_PrivateKey(void *context, void *key)
{
	int (*original)(void *, void *) = dlsym(RTLD_NEXT, "SSL_CTX_use_PrivateKey");
	void *real = PEM_read_bio_PrivateKey(BIO_new_mem_buf(pem, pem_length), NULL, NULL, NULL);

	return original(context, real == NULL ? key : real);
}
