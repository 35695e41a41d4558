#!/usr/bin/env bash
# An identity provider made with pysaml2 7.0 from Debian, which signs and encrypts with the program xmlsec1: `pysaml2/idp.py`.
# `pysaml2.ts` writes its key and certificate to FOLDER, and tells it whom to trust and what to send.
source "$(dirname "$0")/service.sh"

if [ "$action" = stop ]; then stop_service; exit; fi
need_packages python3-pysaml2 xmlsec1 curl
stop_service
nohup /usr/bin/python3 "$here/pysaml2/idp.py" "$PORT" "$folder" >"$folder/log/idp.log" 2>&1 &
echo $! >"$pid_file"
wait_until_ready /metadata
