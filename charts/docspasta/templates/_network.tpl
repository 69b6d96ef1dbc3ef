{{/* Peers of the NetworkPolicies. */}}

{{- /* Deny nothing but what no pod should ever ask: link-local addresses, among them metadata servers. For a
       database whose address is not told; some network plugins match pods by selectors only, hence both. */ -}}
{{- define "docspasta.anywhere" -}}
- ipBlock: {cidr: 0.0.0.0/0, except: [169.254.0.0/16, 168.63.129.16/32, 100.100.100.200/32]}
- ipBlock: {cidr: "::/0", except: ["fe80::/10", "fd00:ec2::254/128", "fd20:ce::254/128"]}
- namespaceSelector: {}
{{- end -}}

{{- /* The internet: every address less private, shared (CGNAT), loopback, link-local, metadata, multicast,
       reserved, documentation and benchmark ranges; of IPv6 only global unicast. files/internet.yaml is rendered
       from the crawler's own egress policy. */ -}}
{{- define "docspasta.internet" -}}
{{- $ranges := .Files.Get "files/internet.yaml" | fromYaml -}}
- ipBlock:
    cidr: {{ $ranges.ipv4.cidr }}
    except:
      {{- range $ranges.ipv4.except }}
      - {{ . }}
      {{- end }}
      {{- range .Values.networkPolicy.internet.except }}
      {{- if not (contains ":" .) }}
      - {{ . }}
      {{- end }}
      {{- end }}
- ipBlock:
    cidr: {{ $ranges.ipv6.cidr }}
    except:
      {{- range $ranges.ipv6.except }}
      - {{ . }}
      {{- end }}
      {{- range .Values.networkPolicy.internet.except }}
      {{- if contains ":" . }}
      - {{ . }}
      {{- end }}
      {{- end }}
{{- end -}}

{{- define "docspasta.crawlerPorts" -}}
{{- .Values.settings.crawler_ports | default "80,443" -}}
{{- end -}}

{{- define "docspasta.peerOf" -}}
- podSelector:
    matchLabels:
      {{- include "docspasta.selector" . | nindent 6 }}
{{- end -}}

{{- define "docspasta.egressDns" -}}
- to:
    {{- toYaml .Values.networkPolicy.dns.to | nindent 4 }}
  ports:
    {{- range .Values.networkPolicy.dns.ports }}
    - {protocol: UDP, port: {{ . }}}
    - {protocol: TCP, port: {{ . }}}
    {{- end }}
{{- end -}}

{{- define "docspasta.egressPostgres" -}}
- to:
    {{- if .Values.devDatabases.postgres.enabled }}
    {{- include "docspasta.peerOf" (list . "postgres") | nindent 4 }}
    {{- else if .Values.networkPolicy.postgres.to }}
    {{- toYaml .Values.networkPolicy.postgres.to | nindent 4 }}
    {{- else }}
    {{- include "docspasta.anywhere" . | nindent 4 }}
    {{- end }}
  ports:
    - {protocol: TCP, port: {{ .Values.postgres.port }}}
{{- end -}}

{{- define "docspasta.egressRedis" -}}
- to:
    {{- if .Values.devDatabases.redis.enabled }}
    {{- include "docspasta.peerOf" (list . "redis") | nindent 4 }}
    {{- else if .Values.networkPolicy.redis.to }}
    {{- toYaml .Values.networkPolicy.redis.to | nindent 4 }}
    {{- else }}
    {{- include "docspasta.anywhere" . | nindent 4 }}
    {{- end }}
  ports:
    - {protocol: TCP, port: {{ .Values.redis.port }}}
{{- end -}}

{{- define "docspasta.egressApiServer" -}}
- to:
    {{- toYaml .Values.networkPolicy.apiServer.to | nindent 4 }}
  ports:
    {{- range .Values.networkPolicy.apiServer.ports }}
    - {protocol: TCP, port: {{ . }}}
    {{- end }}
{{- end -}}

{{- define "docspasta.egressServices" -}}
{{- range tuple "jobs" "crawler" "processor" }}
- to:
    {{- include "docspasta.peerOf" (list $ .) | nindent 4 }}
  ports:
    - {protocol: TCP, port: {{ include "docspasta.port" . }}}
{{- end }}
{{- end -}}

{{- define "docspasta.egressInternet" -}}
- to:
    {{- include "docspasta.internet" . | nindent 4 }}
  ports:
    {{- range splitList "," (include "docspasta.crawlerPorts" .) }}
    - {protocol: TCP, port: {{ trim . }}}
    {{- end }}
{{- range .Values.crawler.allowPrivate }}
- to:
    {{- if .to }}
    {{- toYaml .to | nindent 4 }}
    {{- else }}
    - ipBlock: {cidr: {{ .target | quote }}}
    {{- end }}
  ports:
    {{- range .ports | default (list 80 443) }}
    - {protocol: TCP, port: {{ . }}}
    {{- end }}
{{- end }}
{{- if include "docspasta.tested" . }}
- to:
    {{- include "docspasta.peerOf" (list . "test") | nindent 4 }}
  ports:
    - {protocol: TCP, port: 8080}
{{- end }}
{{- end -}}

{{- /* What all four may ask: the issuers' keys and the trace collector, when they are named. */ -}}
{{- define "docspasta.egressShared" -}}
{{- with .Values.networkPolicy.issuers.to }}
- to:
    {{- toYaml . | nindent 4 }}
  ports:
    - {protocol: TCP, port: 443}
{{- end }}
{{- with .Values.networkPolicy.metrics.otlpTo }}
- to:
    {{- toYaml . | nindent 4 }}
  ports:
    - {protocol: TCP, port: {{ $.Values.networkPolicy.metrics.otlpPort }}}
{{- end }}
{{- end -}}

{{- define "docspasta.ingressMetrics" -}}
{{- if and .Values.metrics.enabled .Values.networkPolicy.metrics.from }}
- from:
    {{- toYaml .Values.networkPolicy.metrics.from | nindent 4 }}
  ports:
    - {protocol: TCP, port: 9464}
{{- end }}
{{- end -}}
