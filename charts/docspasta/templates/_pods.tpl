{{/* Pods: what all of them share (restricted Pod Security), and the Deployment of a service. */}}

{{- define "docspasta.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: {{ .Values.podSecurity.runAsUser }}
runAsGroup: {{ .Values.podSecurity.runAsUser }}
fsGroup: {{ .Values.podSecurity.runAsUser }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "docspasta.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- /* What every pod of docspasta's own image begins with. Service links are off: their variables begin with
       the release's name, and DOCSPASTA_… are our settings. */ -}}
{{- define "docspasta.podHead" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  {{- include "docspasta.podSecurityContext" . | nindent 2 }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "docspasta.containerHead" -}}
image: {{ include "docspasta.image" . }}
{{ include "docspasta.containerRest" . }}
{{- end -}}

{{- define "docspasta.containerRest" -}}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  {{- include "docspasta.containerSecurityContext" . | nindent 2 }}
{{- end -}}

{{- /* The component's value if it is set, else that of all. Takes (list $ component key). */ -}}
{{- define "docspasta.either" -}}
{{- $root := index . 0 -}}
{{- $own := index $root.Values (index . 1) (index . 2) -}}
{{- with $own | default (index $root.Values (index . 2)) -}}
{{- if kindIs "string" . }}{{ . }}{{ else }}{{ toYaml . }}{{ end -}}
{{- end -}}
{{- end -}}

{{- define "docspasta.grace" -}}
{{- $root := index . 0 -}}
{{- $values := index $root.Values (index . 1) -}}
{{- $grace := $values.settings.grace | default $root.Values.settings.grace | default 25 -}}
{{- /* The drain, five seconds to close what is left, and the sleep before SIGTERM. */ -}}
{{- add (ceil $grace) 5 $values.preStopSeconds -}}
{{- end -}}

{{- define "docspasta.placement" -}}
{{- $root := index . 0 -}}
{{- $component := index . 1 -}}
{{- with include "docspasta.either" (list $root $component "nodeSelector") }}
nodeSelector:
  {{- . | nindent 2 }}
{{- end }}
{{- with include "docspasta.either" (list $root $component "tolerations") }}
tolerations:
  {{- . | nindent 2 }}
{{- end }}
{{- with include "docspasta.either" (list $root $component "priorityClassName") }}
priorityClassName: {{ . }}
{{- end }}
affinity:
{{- with include "docspasta.either" (list $root $component "affinity") }}
  {{- . | nindent 2 }}
{{- else }}
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              {{- include "docspasta.selector" . | nindent 14 }}
{{- end }}
topologySpreadConstraints:
{{- $own := (index $root.Values $component).topologySpreadConstraints | default $root.Values.topologySpreadConstraints }}
{{- if not $own }}
{{- $own = list
  (dict "topologyKey" "topology.kubernetes.io/zone" "maxSkew" 1 "whenUnsatisfiable" "ScheduleAnyway")
  (dict "topologyKey" "kubernetes.io/hostname" "maxSkew" 1 "whenUnsatisfiable" "ScheduleAnyway") }}
{{- end }}
{{- $selector := dict "matchLabels" (include "docspasta.selector" . | fromYaml) }}
{{- range $own }}
  - {{ toYaml (merge (deepCopy .) (dict "labelSelector" $selector)) | nindent 4 | trim }}
{{- end }}
{{- end -}}

{{- define "docspasta.probes" -}}
{{- /* Liveness never asks a database: a lost database must not restart the pods. The first question waits until a
       process usually listens: a probe that fails is a warning in the pod's events. */ -}}
startupProbe:
  grpc: {port: 50060, service: liveness}
  initialDelaySeconds: 5
  periodSeconds: 2
  timeoutSeconds: 3
  failureThreshold: 60
readinessProbe:
  grpc: {port: 50060, service: readiness}
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 2
livenessProbe:
  grpc: {port: 50060, service: liveness}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
{{- end -}}

{{- define "docspasta.migrationCheck" -}}
{{- $root := index . 0 -}}
- name: wait-for-migration
  {{- include "docspasta.containerHead" $root | nindent 2 }}
  command: [python, -m, docspasta.store.migrate, --check, --wait]
  env:
    {{- include "docspasta.secretEnv" (list $root "migration-check") | trim | nindent 4 }}
  resources:
    {{- toYaml $root.Values.migration.resources | nindent 4 }}
  volumeMounts:
    - {name: tmp, mountPath: /tmp}
{{- end -}}

{{- /* What a pod needs to ask the API server: a token that is replaced every hour, and its CA. */ -}}
{{- define "docspasta.clusterVolume" -}}
projected:
  defaultMode: 0440
  sources:
    - serviceAccountToken: {path: token, expirationSeconds: 3600}
    - configMap:
        name: kube-root-ca.crt
        items: [{key: ca.crt, path: ca.crt}]
    - downwardAPI:
        items: [{path: namespace, fieldRef: {fieldPath: metadata.namespace}}]
{{- end -}}

{{- /* The Deployment of a service. Takes (list $ component). */ -}}
{{- define "docspasta.deployment" -}}
{{- $root := index . 0 -}}
{{- $component := index . 1 -}}
{{- $values := index $root.Values $component -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "docspasta.fullname" $root }}-{{ $component }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "docspasta.labels" . | nindent 4 }}
spec:
  {{- if not $values.autoscaling.enabled }}
  replicas: {{ $values.replicas }}
  {{- end }}
  revisionHistoryLimit: {{ $root.Values.revisionHistoryLimit }}
  strategy:
    type: RollingUpdate
    rollingUpdate: {maxSurge: 1, maxUnavailable: 0}
  selector:
    matchLabels:
      {{- include "docspasta.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "docspasta.selector" . | nindent 8 }}
        app.kubernetes.io/part-of: docspasta
        {{- with merge dict $values.podLabels $root.Values.podLabels $root.Values.commonLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        kubectl.kubernetes.io/default-container: {{ $component }}
        checksum/config: {{ include "docspasta.config" . | sha256sum }}
        checksum/secrets: {{ include "docspasta.secretChecksum" . }}
        {{- with merge dict $values.podAnnotations $root.Values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      {{- include "docspasta.podHead" $root | nindent 6 }}
      serviceAccountName: {{ include "docspasta.serviceAccount" . }}
      terminationGracePeriodSeconds: {{ include "docspasta.grace" . }}
      {{- include "docspasta.placement" . | nindent 6 }}
      {{- if and $root.Values.migration.enabled (has $component (list "jobs" "processor")) }}
      initContainers:
        {{- include "docspasta.migrationCheck" . | nindent 8 }}
      {{- end }}
      containers:
        - name: {{ $component }}
          {{- include "docspasta.containerHead" $root | nindent 10 }}
          command: [python, -m, {{ ternary "docspasta.gateway" (printf "docspasta.services.%s" $component) (eq $component "gateway") }}]
          envFrom:
            - configMapRef:
                name: {{ include "docspasta.fullname" $root }}-{{ $component }}
          {{- $env := concat $root.Values.extraEnv $values.extraEnv }}
          {{- $secrets := include "docspasta.secretEnv" . }}
          {{- if or $env (trim $secrets) }}
          env:
            {{- with trim $secrets }}
            {{- . | nindent 12 }}
            {{- end }}
            {{- with $env }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
          {{- end }}
          ports:
            - {name: {{ ternary "http" "grpc" (eq $component "gateway") }}, containerPort: {{ include "docspasta.port" $component }}}
            - {name: health, containerPort: 50060}
            {{- if $root.Values.metrics.enabled }}
            - {name: metrics, containerPort: 9464}
            {{- end }}
          {{- include "docspasta.probes" $root | nindent 10 }}
          lifecycle:
            preStop:
              sleep: {seconds: {{ $values.preStopSeconds }}}
          resources:
            {{- toYaml $values.resources | nindent 12 }}
          volumeMounts:
            - {name: tmp, mountPath: /tmp}
            {{- if $root.Values.mtls.enabled }}
            - {name: tls, mountPath: /etc/docspasta/tls, readOnly: true}
            {{- end }}
            {{- if and $root.Values.operator.enabled (eq $component "jobs") }}
            - {name: cluster, mountPath: /var/run/secrets/docspasta/cluster, readOnly: true}
            {{- end }}
            {{- with concat $root.Values.extraVolumeMounts $values.extraVolumeMounts }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
      volumes:
        - name: tmp
          emptyDir: {sizeLimit: 256Mi}
        {{- if $root.Values.mtls.enabled }}
        - name: tls
          secret:
            secretName: {{ include "docspasta.fullname" $root }}-{{ $component }}-tls
            defaultMode: 0440
        {{- end }}
        {{- if and $root.Values.operator.enabled (eq $component "jobs") }}
        - name: cluster
          {{- include "docspasta.clusterVolume" $root | nindent 10 }}
        {{- end }}
        {{- with concat $root.Values.extraVolumes $values.extraVolumes }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
{{- end -}}
