{{/* The renderer: its image and its settings. It gets no Secret: it has no store, no key and no token. */}}

{{- define "docspasta.rendererImage" -}}
{{- with .Values.renderer.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Values.image.tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "docspasta.rendererConfig" -}}
{{- $fixed := dict
  "log_format" "json"
  "metrics_listen" (ternary (printf "%s:9464" .Values.listenHost) "" .Values.metrics.enabled)
  "health_listen" (printf "%s:50060" .Values.listenHost)
  "renderer_listen" (printf "%s:%s" .Values.listenHost (include "docspasta.port" "renderer"))
  "allow_private" (include "docspasta.allowPrivate" .)
-}}
{{- if .Values.mtls.enabled -}}
{{- $_ := set $fixed "tls_certificate" "/etc/docspasta/tls/tls.crt" -}}
{{- $_ := set $fixed "tls_key" "/etc/docspasta/tls/tls.key" -}}
{{- $_ := set $fixed "tls_ca" "/etc/docspasta/tls/ca.crt" -}}
{{- end -}}
{{- range $name, $value := mergeOverwrite $fixed (deepCopy .Values.settings) (deepCopy .Values.renderer.settings) }}
DOCSPASTA_{{ upper $name }}: {{ include "docspasta.scalar" $value | quote }}
{{- end }}
{{- end -}}
