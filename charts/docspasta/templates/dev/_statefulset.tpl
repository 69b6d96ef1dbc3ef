{{- /* A password of a trial's database that only one user has, made from the one that was chosen.
       Takes (list $ database user). */ -}}
{{- define "docspasta.devPassword" -}}
{{- $chosen := (index (index . 0).Values.devDatabases (index . 1)).password -}}
{{- printf "%s %s" $chosen (index . 2) | sha256sum | trunc 40 -}}
{{- end -}}

{{- /* Environment variables of those passwords. Takes (list $ database users). */ -}}
{{- define "docspasta.devPasswordEnv" -}}
{{- $root := index . 0 -}}
{{- $database := index . 1 -}}
{{- range index . 2 }}
- name: {{ upper . }}_PASSWORD
  valueFrom:
    secretKeyRef: {name: {{ include "docspasta.fullname" $root }}-{{ $database }}-password, key: {{ . }}}
{{- end }}
{{- end -}}

{{- /* One pod with a volume, for trials. Takes (dict root name port container volumes users). */ -}}

{{- define "docspasta.devDatabase" -}}
{{- $root := .root -}}
{{- $fullname := printf "%s-%s" (include "docspasta.fullname" $root) .name -}}
{{- $values := index $root.Values.devDatabases .name -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ $fullname }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "docspasta.labels" (list $root .name) | nindent 4 }}
spec:
  clusterIP: None
  # There is one pod: without its address nobody would find it, and a slow probe is no reason for that.
  publishNotReadyAddresses: true
  selector:
    {{- include "docspasta.selector" (list $root .name) | nindent 4 }}
  ports:
    - {name: database, port: {{ .port }}, targetPort: database, appProtocol: tcp}
---
apiVersion: v1
kind: Secret
metadata:
  name: {{ $fullname }}-password
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "docspasta.labels" (list $root .name) | nindent 4 }}
type: Opaque
stringData:
  {{- range .users }}
  {{ . }}: {{ include "docspasta.devPassword" (list $root $.name .) | quote }}
  {{- end }}
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ $fullname }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "docspasta.labels" (list $root .name) | nindent 4 }}
spec:
  serviceName: {{ $fullname }}
  replicas: 1
  # A trial that is uninstalled leaves nothing, and the next one may have another password.
  persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete, whenScaled: Retain}
  selector:
    matchLabels:
      {{- include "docspasta.selector" (list $root .name) | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "docspasta.selector" (list $root .name) | nindent 8 }}
        app.kubernetes.io/part-of: docspasta
        {{- with $root.Values.commonLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        checksum/password: {{ $values.password | sha256sum }}
        checksum/users: {{ $root.Files.Get "files/dev-redis-users.sh" | sha256sum }}
    spec:
      automountServiceAccountToken: false
      enableServiceLinks: false
      # The official images' own user.
      securityContext:
        runAsNonRoot: true
        runAsUser: 999
        runAsGroup: 999
        fsGroup: 999
        fsGroupChangePolicy: OnRootMismatch
        seccompProfile: {type: RuntimeDefault}
      terminationGracePeriodSeconds: 60
      containers:
        - name: {{ .name }}
          image: {{ $values.image }}
          imagePullPolicy: IfNotPresent
          securityContext:
            {{- include "docspasta.containerSecurityContext" $root | nindent 12 }}
          {{- .container | nindent 10 }}
          ports:
            - {name: database, containerPort: {{ .port }}}
          resources:
            {{- toYaml $values.resources | nindent 12 }}
      volumes:
        - name: tmp
          emptyDir: {sizeLimit: 256Mi}
        {{- with .volumes }}
        {{- . | nindent 8 }}
        {{- end }}
  volumeClaimTemplates:
    - apiVersion: v1
      kind: PersistentVolumeClaim
      metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        {{- with $values.storageClassName }}
        storageClassName: {{ . }}
        {{- end }}
        resources:
          requests:
            storage: {{ $values.storage }}
{{- end -}}
