# The front door for people; Meson and ninja do the work (meson.build).

BUILD = build
PREFIX = /usr
DESTDIR =
PACKAGES = packaging/install-packages
SANITIZE = -Db_sanitize=address,undefined -Db_lundef=false -Dsandbox=false
FUZZ_SECONDS = 60

help:
	@echo 'make run         install what is missing, build, start on https://localhost:8443/login'
	@echo 'make check       install test packages too, build, run every test'
	@echo 'make build       programs into build/: tocsind, tocsin, tocsin-sendmail'
	@echo 'make install     with DESTDIR= and PREFIX=/usr'
	@echo 'make uninstall   what the last make install laid down; tocsin.conf and the state stay'
	@echo 'make deb         a Debian package into build/deb/'
	@echo 'make screenshot  the pictures in docs/, taken from the running program'
	@echo 'make lint        the checks on the text of the code alone'
	@echo 'make check-long  every test with full counts'
	@echo 'make asan        unit and fuzz tests under address and undefined-behaviour sanitizers'
	@echo 'make fuzz        each fuzz target for FUZZ_SECONDS=60'
	@echo 'make cov         coverage of the unit tests'
	@echo 'make bench       speed and memory beside Postfix, and of the mail log, as root, a few minutes'
	@echo 'make clean       remove build folders; var/ stays'

packages:
	@$(PACKAGES) build

test-packages:
	@$(PACKAGES) build package test

package-packages:
	@$(PACKAGES) build package

build: packages
	@[ -f $(BUILD)/build.ninja ] || meson setup $(BUILD)
	@ninja -C $(BUILD)

run: build
	@packaging/run $(BUILD) var

check: test-packages
	@tests/run

check-long: test-packages
	@TOCSIN_LONG=1 tests/run

lint: test-packages
	@tests/run lint

asan: test-packages
	@[ -f build-asan/build.ninja ] || meson setup build-asan $(SANITIZE) -Dtests=enabled
	@tests/run --build build-asan unit

fuzz: test-packages
	@[ -f build-fuzz/build.ninja ] || CC=clang meson setup build-fuzz $(SANITIZE) -Dfuzz=true
	@ninja -C build-fuzz
	@tests/fuzz/run build-fuzz $(FUZZ_SECONDS)

cov: test-packages
	@[ -f build-cov/build.ninja ] || meson setup build-cov -Db_coverage=true -Dsandbox=false -Dtests=enabled
	@tests/run --build build-cov unit
	@gcovr -r . --filter src/ --print-summary --html-details build-cov/coverage.html build-cov
	@echo 'cov: build-cov/coverage.html'

bench: test-packages build
	@tests/bench/run
	@tests/bench/mail_log.py

install: build
	@meson configure $(BUILD) --prefix=$(PREFIX)
	@DESTDIR='$(DESTDIR)' meson install -C $(BUILD)
	@DESTDIR='$(DESTDIR)' packaging/install-rest /etc/tocsin/tocsin.conf $(PREFIX)/bin/tocsin-sendmail

uninstall:
	@ninja -C $(BUILD) uninstall

deb: package-packages
	@packaging/build-deb $(BUILD)/deb

screenshot: test-packages build
	@docs/screenshot

clean:
	@rm -rf build build-asan build-fuzz build-cov

.PHONY: help packages test-packages build run check check-long lint asan fuzz cov bench install \
	uninstall package-packages deb screenshot clean
